import { isJsonObject, type JsonObject } from '../../../../common/util/json';
import type { ProviderModel } from '../../chat-provider';
import { ownName } from '../../connection-base';
import { isOpenAi, type Connection } from '../connection';

const REASONING = /^(o1|o3|o4|gpt-5)/i;
/** The first reasoning models accept no role for instructions. */
const NO_INSTRUCTIONS = /^o1-(mini|preview)/i;

/** The body of a completion request for the connection's server. `body` is not changed. */
export function toPayload(connection: Connection, model: ProviderModel, body: JsonObject): JsonObject {
  const id = ownName(connection, model.id);
  const isReasoning = REASONING.test(id);
  const payload = withLogitBias(isReasoning ? forReasoning(id, body) : withKnownLimit(connection, body));
  return connection.isAzure ? forAzure(connection, payload, isReasoning) : { ...payload, model: id };
}

/** As `toPayload`, for embeddings. */
export function toEmbeddingPayload(connection: Connection, model: ProviderModel, body: JsonObject): JsonObject {
  const { model: _, ...payload } = body;
  return connection.isAzure ? payload : { ...payload, model: ownName(connection, model.id) };
}

/** Azure rejects unknown keys; the deployment's name is in the path. */
const AZURE_KEYS = new Set(
  (
    'messages temperature role content contentPart contentPartImage enhancements dataSources n stream stop max_tokens ' +
    'presence_penalty frequency_penalty logit_bias user function_call functions tools tool_choice top_p log_probs ' +
    'top_logprobs response_format seed max_completion_tokens reasoning_effort'
  ).split(' '),
);

/** Versions are compared as strings. */
const STREAM_OPTIONS_SINCE = '2024-09-01-preview';

function forAzure({ apiVersion }: Connection, payload: JsonObject, isReasoning: boolean): JsonObject {
  const isKnown = (key: string) =>
    AZURE_KEYS.has(key) || (key === 'stream_options' && apiVersion >= STREAM_OPTIONS_SINCE);
  const isRefused = (key: string, value: unknown) => isReasoning && key === 'temperature' && value !== 1;
  return Object.fromEntries(Object.entries(payload).filter(([key, value]) => isKnown(key) && !isRefused(key, value)));
}

/** Reasoning models count reasoning tokens, so the limit has another name; they accept no `system` message. */
function forReasoning(id: string, body: JsonObject): JsonObject {
  const { max_tokens: limit, ...payload } = body;
  if (limit !== undefined) payload.max_completion_tokens = limit;
  const [first, ...others] = (Array.isArray(payload.messages) ? payload.messages : []) as unknown[];
  if (!isJsonObject(first) || first.role !== 'system') return payload;
  return { ...payload, messages: [{ ...first, role: NO_INSTRUCTIONS.test(id) ? 'user' : 'developer' }, ...others] };
}

/** Only OpenAI itself accepts `max_completion_tokens` for every model. */
function withKnownLimit(connection: Connection, body: JsonObject): JsonObject {
  const { max_tokens: limit, max_completion_tokens: newLimit, ...payload } = body;
  if (newLimit === undefined) return body;
  return isOpenAi(connection.url)
    ? { ...payload, max_completion_tokens: newLimit }
    : { ...payload, max_tokens: newLimit ?? limit };
}

function withLogitBias(body: JsonObject): JsonObject {
  return typeof body.logit_bias === 'string' ? { ...body, logit_bias: parseLogitBias(body.logit_bias) } : body;
}

/** Far above the limits of providers. */
const MAX_BIASES = 10_000;

/** `"5:1, 6:-200"` -> `{5: 1, 6: -100}`; parts that are not a token and an integer are dropped. */
export function parseLogitBias(text: string): Record<string, number> {
  const pairs = text.split(',', MAX_BIASES).map((part) => /^\s*(\S+?)\s*:\s*([+-]?\d+)\s*$/.exec(part));
  return Object.fromEntries(
    pairs.flatMap((pair) => (pair ? [[pair[1] ?? '', Math.max(-100, Math.min(100, Number(pair[2])))]] : [])),
  );
}
