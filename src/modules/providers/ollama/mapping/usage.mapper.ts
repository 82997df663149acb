import type { JsonObject } from '../../../../common/util/json';

const NANOSECONDS = 1_000_000_000;

/** Converts the counters in the last line of a response to OpenAI's usage, with Ollama's own beside them. */
export function toUsage(line: JsonObject): JsonObject {
  const input = count(line.prompt_eval_count);
  const output = count(line.eval_count);
  return {
    'response_token/s': perSecond(output, count(line.eval_duration)),
    'prompt_token/s': perSecond(input, count(line.prompt_eval_duration)),
    total_duration: count(line.total_duration),
    load_duration: count(line.load_duration),
    prompt_eval_count: input,
    prompt_tokens: input,
    prompt_eval_duration: count(line.prompt_eval_duration),
    eval_count: output,
    completion_tokens: output,
    eval_duration: count(line.eval_duration),
    approximate_total: formatDuration(count(line.total_duration)),
    total_tokens: input + output,
    completion_tokens_details: { reasoning_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
  };
}

const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

const perSecond = (tokens: number, nanoseconds: number): number | 'N/A' =>
  nanoseconds > 0 ? Math.round((tokens / (nanoseconds / NANOSECONDS)) * 100) / 100 : 'N/A';

function formatDuration(nanoseconds: number): string {
  const seconds = Math.floor(nanoseconds / NANOSECONDS);
  return `${Math.floor(seconds / 3600)}h${Math.floor((seconds % 3600) / 60)}m${seconds % 60}s`;
}
