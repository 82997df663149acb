import { asString, isJsonObject, type JsonObject } from '../../../common/util/json';
import { failureIn } from './failures';
import { choicesOf, mergeUsage, messageOf, partsOf, usageIn } from './reply-parts';
import type { ProviderChunk } from '../chat-provider';
import { ProviderUnreachableError } from '../provider.errors';

/** A choice under construction. */
interface Choice {
  text: string;
  reasoning: string;
  images: string[];
  calls: Map<number, JsonObject>;
  finishReason: unknown;
}

/**
 * Combines a stream to a completion, for requests without `stream` whose response is a stream.
 * @throws ProviderUnreachableError for a stream without chunks.
 */
export async function assembleCompletion(chunks: AsyncIterable<ProviderChunk>): Promise<JsonObject> {
  let head: JsonObject | undefined;
  let usage: JsonObject | undefined;
  const choices = new Map<number, Choice>();
  for await (const chunk of chunks) {
    const error = failureIn(chunk);
    if (error !== undefined) return { error };
    head ??= { id: chunk.id, object: 'chat.completion', created: chunk.created, model: chunk.model };
    usage = mergedUsage(usage, chunk);
    for (const choice of choicesOf(chunk)) add(choices, choice);
  }
  if (!head) throw new ProviderUnreachableError(new Error('The stream is empty'));
  return { ...head, choices: [...choices].map(toChoice), ...(usage && { usage }) };
}

function mergedUsage(usage: JsonObject | undefined, chunk: JsonObject): JsonObject | undefined {
  const part = usageIn(chunk);
  return part ? mergeUsage(usage, part) : usage;
}

function add(choices: Map<number, Choice>, choice: JsonObject): void {
  const index = typeof choice.index === 'number' ? choice.index : 0;
  const known: Choice = choices.get(index) ?? {
    text: '',
    reasoning: '',
    images: [],
    calls: new Map(),
    finishReason: null,
  };
  const { text, reasoning, images, toolCalls } = partsOf(messageOf(choice));
  known.text += text;
  known.reasoning += reasoning;
  known.images.push(...images);
  known.finishReason = choice.finish_reason ?? known.finishReason;
  for (const call of toolCalls) addCall(known.calls, call);
  choices.set(index, known);
}

function addCall(calls: Map<number, JsonObject>, { index, ...part }: JsonObject): void {
  const key = typeof index === 'number' ? index : calls.size;
  const before = calls.get(key);
  const called = isJsonObject(part.function) ? part.function : {};
  const known = before && isJsonObject(before.function) ? before.function : {};
  const joined = (name: string) => (asString(known[name]) ?? '') + (asString(called[name]) ?? '');
  const named = { ...known, ...called, name: joined('name'), arguments: joined('arguments') };
  calls.set(key, { ...part, ...before, function: named });
}

function toChoice([index, { text, reasoning, images, calls, finishReason }]: [number, Choice]): JsonObject {
  const message = {
    role: 'assistant',
    content: text,
    ...(reasoning && { reasoning_content: reasoning }),
    ...(images.length > 0 && { images: images.map((url) => ({ type: 'image_url', image_url: { url } })) }),
    ...(calls.size > 0 && { tool_calls: [...calls.values()] }),
  };
  return { index, message, finish_reason: finishReason };
}
