import type { JsonObject } from '../../../../common/util/json';

type Cast = (value: unknown) => unknown;

const numberOr: Cast = (value) => (value === '' || Number.isNaN(Number(value)) ? value : Number(value));
const integerOr: Cast = (value) => (value === '' || Number.isNaN(Number(value)) ? value : Math.trunc(Number(value)));
const booleanOr: Cast = (value) => {
  if (typeof value === 'number') return value !== 0;
  return value === 'true' ? true : value === 'false' ? false : value;
};
/** Parses strings that hold JSON: editors store params as strings. */
const parsedOr: Cast = (value) => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
};
const listOf: Cast = (value) => (typeof value === 'string' ? [value] : value);

const casts = (cast: Cast, names: string): [string, Cast][] => names.split(' ').map((name) => [name, cast]);

/** Types of the model options. */
const OPTION_CASTS = new Map<string, Cast>([
  ...casts(numberOr, 'temperature top_p min_p mirostat_eta mirostat_tau repeat_penalty presence_penalty'),
  ...casts(numberOr, 'frequency_penalty'),
  ...casts(integerOr, 'mirostat num_ctx num_batch num_keep num_predict repeat_last_n top_k num_gpu num_thread'),
  ...casts(booleanOr, 'use_mmap use_mlock'),
  ['stop', listOf],
]);

/** Params that stand beside `options`. */
const ROOT_CASTS = new Map<string, Cast>([
  ['format', parsedOr],
  ['keep_alive', parsedOr],
  ['think', booleanOr],
]);

/** Keys of OpenAI's requests without a meaning for Ollama. */
const NO_OPTIONS = new Set(
  [
    'n user metadata store stream_options tool_choice parallel_tool_calls functions function_call logit_bias',
    'logprobs top_logprobs reasoning_effort service_tier modalities',
  ].flatMap((names) => names.split(' ')),
);

/** Params in Ollama's form: some beside the options, all others among them. */
export interface OllamaParams {
  root: JsonObject;
  options: JsonObject;
}

/** Accepts the names of OpenAI and of clients; null counts as absent. */
export function toOllamaParams(params: JsonObject): OllamaParams {
  const result: OllamaParams = { root: {}, options: {} };
  for (const [key, value] of Object.entries(params)) {
    if (value === null || value === undefined || NO_OPTIONS.has(key)) continue;
    const name = key === 'max_tokens' || key === 'max_completion_tokens' ? 'num_predict' : key;
    const rootCast = ROOT_CASTS.get(name);
    if (rootCast) result.root[name] = rootCast(value);
    else result.options[name] = OPTION_CASTS.get(name)?.(value) ?? value;
  }
  return result;
}
