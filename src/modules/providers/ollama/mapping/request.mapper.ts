import { BadRequestError } from '../../../../common/errors/app-error';
import { asString, isJsonObject, objectsIn, type JsonObject } from '../../../../common/util/json';
import { toOllamaParams } from './params.mapper';

/** Converts a completion request in OpenAI's form to the body of `POST /api/chat`. `body` is not changed. */
export function toChatPayload(name: string, body: JsonObject): JsonObject {
  const { messages, stream, tools, options: given, response_format: responseFormat, model: _, ...params } = body;
  const inner = toOllamaParams(isJsonObject(given) ? given : {});
  const outer = toOllamaParams({ format: formatOf(responseFormat), ...params });
  const options = { ...inner.options, ...outer.options };
  return {
    model: name,
    messages: toMessages(messages),
    stream: stream === true,
    ...(Array.isArray(tools) && tools.length > 0 && { tools: tools as unknown[] }),
    ...inner.root,
    ...outer.root,
    ...(Object.keys(options).length > 0 && { options }),
  };
}

/** `{type: "json_schema", json_schema: {schema}}` becomes the schema, `{type: "json_object"}` becomes `json`. */
function formatOf(responseFormat: unknown): unknown {
  if (!isJsonObject(responseFormat)) return undefined;
  if (responseFormat.type === 'json_object') return 'json';
  const described = responseFormat[asString(responseFormat.type) ?? ''];
  return isJsonObject(described) ? described.schema : undefined;
}

function toMessages(messages: unknown): JsonObject[] {
  const list = objectsIn(messages);
  const toolNames = new Map(list.flatMap(callsOf).map((call) => [call.id, nameOf(call)]));
  return list.map((message) => toMessage(message, toolNames));
}

function toMessage(message: JsonObject, toolNames: ReadonlyMap<unknown, unknown>): JsonObject {
  const { role, content, tool_call_id: callId } = message;
  const calls = callsOf(message);
  const toolName = callId === undefined ? undefined : toolNames.get(callId);
  return {
    role: role === 'developer' ? 'system' : role,
    ...toContent(content),
    ...(calls.length > 0 && { tool_calls: calls.map(toToolCall) }),
    ...(callId !== undefined && { tool_call_id: callId }),
    ...(toolName !== undefined && { tool_name: toolName }),
  };
}

function toContent(content: unknown): { content: string; images?: string[] } {
  if (!Array.isArray(content)) return { content: asString(content) ?? '' };
  const parts = content.filter(isJsonObject);
  const text = parts.map((part) => (part.type === 'text' ? (asString(part.text) ?? '') : '')).join('');
  const images = parts.filter(({ type }) => type === 'image_url').map(toImage);
  return { content: text.trim(), ...(images.length > 0 && { images }) };
}

/** @throws BadRequestError for an image that is not a data URL: Ollama fetches no URLs. */
function toImage({ image_url: image }: JsonObject): string {
  const url = asString(isJsonObject(image) ? image.url : image) ?? '';
  const payload = /^data:[^,]*,(.+)$/s.exec(url)?.[1];
  if (payload === undefined) throw new BadRequestError('Ollama takes images as data URLs only');
  return payload;
}

const callsOf = ({ tool_calls: calls }: JsonObject): JsonObject[] => objectsIn(calls);

const nameOf = ({ function: called }: JsonObject): unknown => (isJsonObject(called) ? called.name : undefined);

function toToolCall(call: JsonObject, position: number): JsonObject {
  const called = isJsonObject(call.function) ? call.function : {};
  return {
    index: typeof call.index === 'number' ? call.index : position,
    id: call.id,
    function: { name: called.name, arguments: toArguments(called.arguments) },
  };
}

/** Arguments are a JSON string in OpenAI's form and an object in Ollama's. */
function toArguments(given: unknown): unknown {
  if (typeof given !== 'string') return given ?? {};
  try {
    return JSON.parse(given) as unknown;
  } catch {
    return {};
  }
}

/** Converts an embeddings request in OpenAI's form to the body of `POST /api/embed`. */
export function toEmbedPayload(name: string, { input, dimensions }: JsonObject): JsonObject {
  return { model: name, input, ...(typeof dimensions === 'number' && { dimensions }) };
}
