import { isJsonObject } from '../../../common/util/json';

/** Tokens of one call, as the provider counts them; null where it says nothing. */
export interface TokenCounts {
  input: number | null;
  output: number | null;
  /** Those of the input that the provider did not have to read again. */
  cached: number | null;
}

export const NO_COUNTS: TokenCounts = { input: null, output: null, cached: null };

/** The names that providers have for a number, the usual one first; `.` leads into an object. */
const INPUT = ['prompt_tokens', 'input_tokens', 'prompt_eval_count', 'prompt_n'];
const OUTPUT = ['completion_tokens', 'output_tokens', 'eval_count', 'predicted_n'];
const CACHED = [
  'prompt_tokens_details.cached_tokens',
  'input_tokens_details.cached_tokens',
  'cache_read_input_tokens',
  'prompt_cache_hit_tokens',
  'cached_tokens',
];

/** What the `usage` of an answer says, whoever wrote it. */
export function tokenCounts(usage: unknown): TokenCounts {
  return { input: firstOf(usage, INPUT), output: firstOf(usage, OUTPUT), cached: firstOf(usage, CACHED) };
}

/** Numbers beyond this are no counts: the column could not hold them. */
const MAX_COUNT = 2 ** 31 - 1;

function firstOf(usage: unknown, names: string[]): number | null {
  for (const name of names) {
    const value = name
      .split('.')
      .reduce<unknown>((object, key) => (isJsonObject(object) ? object[key] : undefined), usage);
    if (typeof value === 'number' && value >= 0 && value <= MAX_COUNT) return Math.round(value);
  }
  return null;
}
