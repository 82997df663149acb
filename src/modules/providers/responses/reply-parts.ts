import { asString, isJsonObject, objectsIn, type JsonObject } from '../../../common/util/json';

/** The parts of a stream delta or of a whole message. */
export interface ReplyParts {
  text: string;
  reasoning: string;
  /** URLs of generated images, also `data:` URLs. */
  images: string[];
  /** As sent by the provider: whole calls, or parts with an `index`. */
  toolCalls: JsonObject[];
}

/** Values of `index` that mean the first choice. */
const FIRST: unknown[] = [undefined, null, 0, '0'];

/** The choices of a response or a chunk; entries that are not objects are dropped. */
export function choicesOf({ choices }: JsonObject): JsonObject[] {
  return objectsIn(choices);
}

/** The choice with index 0, which is the reply of a chat. With `n > 1` a chunk may hold only another one. */
export const replyChoice = (answer: JsonObject): JsonObject | undefined =>
  choicesOf(answer).find(({ index }) => FIRST.includes(index));

/** The message of a choice: its `delta`, its `message`, or the legacy `text` as content. */
export function messageOf(choice: JsonObject): JsonObject {
  if (isJsonObject(choice.delta)) return choice.delta;
  if (isJsonObject(choice.message)) return choice.message;
  return typeof choice.text === 'string' ? { content: choice.text } : {};
}

/** Reads a delta or a message in any of the known forms. */
export function partsOf(message: JsonObject): ReplyParts {
  const parts: ReplyParts = { text: '', reasoning: reasoningOf(message), images: [], toolCalls: [] };
  readContent(message.content, parts);
  parts.text += asString(message.refusal) ?? '';
  for (const image of listOf(message.images)) addImage(image, parts);
  parts.toolCalls = listOf(message.tool_calls).filter(isJsonObject);
  return parts;
}

/** The text of a whole completion; the reasoning when there is no text, as some models put everything there. */
export function replyText(completion: JsonObject): string {
  const { text, reasoning } = partsOf(messageOf(replyChoice(completion) ?? {}));
  return text || reasoning;
}

function readContent(content: unknown, parts: ReplyParts): void {
  if (typeof content === 'string') parts.text += content;
  for (const part of isJsonObject(content) ? [content] : listOf(content)) {
    if (typeof part === 'string') parts.text += part;
    if (isJsonObject(part)) readPart(part, parts);
  }
}

function readPart(part: JsonObject, parts: ReplyParts): void {
  if (part.type === 'thinking' || part.type === 'reasoning') parts.reasoning += thoughts(part);
  else if (part.image_url !== undefined) addImage(part, parts);
  else parts.text += textOfPart(part);
}

/** `text` is a string, or the object `{value}` of OpenAI's assistants. */
function textOfPart({ text, content, refusal }: JsonObject): string {
  const value = isJsonObject(text) ? text.value : text;
  return [value, content, refusal].map(asString).find((found) => found !== undefined) ?? '';
}

/** `thinking` is a string, or a list of text parts (Mistral). */
const thoughts = ({ thinking, text }: JsonObject): string =>
  asString(thinking) ??
  asString(text) ??
  listOf(thinking)
    .map((part) => (isJsonObject(part) ? (asString(part.text) ?? '') : ''))
    .join('');

/** The key of the reasoning differs between providers. */
function reasoningOf(message: JsonObject): string {
  const { reasoning_content: first, reasoning: second, thinking: third } = message;
  return [first, second, third].find((value): value is string => typeof value === 'string' && value !== '') ?? '';
}

/** A URL, or an object with a URL in `image_url` or `url`. */
function addImage(image: unknown, { images }: ReplyParts): void {
  const source = isJsonObject(image) ? (image.image_url ?? image.url) : image;
  const url = asString(source) ?? (isJsonObject(source) ? asString(source.url) : undefined);
  if (url) images.push(url);
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Token usage of a response or a chunk: `usage`, Groq's `x_groq.usage`, and llama.cpp's `timings`. */
export function usageIn({ usage, timings, x_groq: groq }: JsonObject): JsonObject | undefined {
  const merged = {
    ...(isJsonObject(groq) && isJsonObject(groq.usage) && groq.usage),
    ...(isJsonObject(usage) && usage),
    ...(isJsonObject(timings) && timings),
  };
  return Object.keys(merged).length > 0 ? merged : undefined;
}

/** Merges usage that is sent in parts (input first, output last) by key; null values are ignored. */
export function mergeUsage(before: JsonObject | undefined, part: JsonObject): JsonObject {
  const known = Object.entries(part).filter(([, value]) => value !== null && value !== undefined);
  return { ...before, ...Object.fromEntries(known) };
}
