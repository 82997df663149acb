import { isJsonObject } from '../../../common/util/json';

/** Token counts of one call as reported by the provider; null for missing ones. */
export interface TokenCounts {
  input: number | null;
  output: number | null;
  /** Input tokens that the provider read from its cache. */
  cached: number | null;
}

export const NO_COUNTS: TokenCounts = { input: null, output: null, cached: null };

/** Keys of each count by provider, the usual one first; `.` separates nested keys. */
const INPUT = ['prompt_tokens', 'input_tokens', 'prompt_eval_count', 'prompt_n'];
const OUTPUT = ['completion_tokens', 'output_tokens', 'eval_count', 'predicted_n'];
const CACHED = [
  'prompt_tokens_details.cached_tokens',
  'input_tokens_details.cached_tokens',
  'cache_read_input_tokens',
  'prompt_cache_hit_tokens',
  'cached_tokens',
];

/** The `usage` of a response, in the form of any provider. */
export function tokenCounts(usage: unknown): TokenCounts {
  return { input: firstOf(usage, INPUT), output: firstOf(usage, OUTPUT), cached: firstOf(usage, CACHED) };
}

/** Larger numbers are ignored: they exceed the column type. */
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
