import { isJsonObject, type JsonObject } from '../../../common/util/json';

/** Params that the server acts on itself. */
const OWN_PARAMS = ['stream_response', 'stream_delta_chunk_size', 'function_calling', 'reasoning_tags', 'system'];
/** The same, also where an editor has no field for them and they are custom params. */
const CONTEXT_PARAMS = ['context_strategy', 'context_limit'];

/** What a request may say about how a model answers: the controls of the interface, under the names of providers. */
const CONTROLS = new Set(
  (
    'temperature top_p top_k min_p tfs_z typical_p seed stop logit_bias options max_tokens max_completion_tokens ' +
    'num_predict num_ctx num_batch num_keep num_gpu num_thread frequency_penalty presence_penalty repeat_penalty ' +
    'repeat_last_n penalize_newline mirostat mirostat_eta mirostat_tau use_mmap use_mlock keep_alive think format ' +
    'reasoning_effort reasoning verbosity'
  ).split(' '),
);

type Cast = (value: unknown) => unknown;

const number: Cast = (value) => (value === '' || Number.isNaN(Number(value)) ? value : Number(value));
const integer: Cast = (value) => (Number.isNaN(Number(value)) || value === '' ? value : Math.trunc(Number(value)));
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'" };
const unescape = (text: string): string =>
  text.replace(/\\([ntr\\"'])/g, (_, letter: string) => ESCAPES[letter] ?? letter);

/** How params of a model's row are read: its editor stores some numbers as text. */
const CASTS: Record<string, Cast> = {
  temperature: number,
  top_p: number,
  min_p: number,
  frequency_penalty: number,
  presence_penalty: number,
  max_tokens: integer,
  reasoning_effort: String,
  stop: (value) =>
    Array.isArray(value) ? value.map((item: unknown) => (typeof item === 'string' ? unescape(item) : item)) : value,
};

/** What every entry does with the params of a model's row: they win over the request. Its system prompt is not among them. */
export function applyModelParams(body: JsonObject, params: JsonObject): JsonObject {
  const entries = Object.entries(chatParams(params));
  const cast = entries.map(([key, value]) => [key, (CASTS[key] ?? ((same: unknown) => same))(value)] as const);
  return { ...body, ...Object.fromEntries(cast) };
}

/**
 * The chat controls of a client as keys of a provider request: `custom_params` (strings that are JSON are parsed)
 * deeply over the others, not cast, without nulls and without what the server acts on itself.
 */
export function chatParams(params: JsonObject): JsonObject {
  const { custom_params: custom, ...rest } = params;
  for (const key of OWN_PARAMS) delete rest[key];
  const parsed = Object.entries(isJsonObject(custom) ? custom : {}).map(([key, value]) => [key, parseText(value)]);
  const merged = mergeDeep(rest, Object.fromEntries(parsed) as JsonObject);
  for (const key of CONTEXT_PARAMS) delete merged[key];
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null && value !== undefined));
}

/** A request without what its sender says about how the model answers. */
export function withoutControls(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !CONTROLS.has(key)));
}

function parseText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function mergeDeep(target: JsonObject, source: JsonObject): JsonObject {
  const result = { ...target };
  for (const [key, value] of Object.entries(source)) {
    const existing = result[key];
    result[key] = isJsonObject(existing) && isJsonObject(value) ? mergeDeep(existing, value) : value;
  }
  return result;
}
