import { toErrorText } from '../../errors/to-error-response';
import { joinedPieces } from '../../json/json-pieces';
import { StreamAnswer } from './stream-answer';

/** JSON text in chunks. */
export type JsonText = AsyncIterable<string> | readonly string[];

/**
 * A list of any length that is never completely in memory: a JSON array, or JSON lines for clients that accept
 * `application/x-ndjson`. When the source fails, the array is not closed, so that clients detect the truncation; lines
 * end with `{"detail": …}`.
 */
export function jsonList(
  items: AsyncIterable<JsonText>,
  accept: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): StreamAnswer {
  const isLines = accept?.toLowerCase().includes('application/x-ndjson') === true;
  const frames = joinedPieces(isLines ? toLines(items) : toArray(items));
  const type = isLines ? 'application/x-ndjson' : 'application/json';
  return new StreamAnswer(frames, { type, headers, toErrorFrame: errorLine });
}

async function* toLines(items: AsyncIterable<JsonText>): AsyncGenerator<string> {
  for await (const item of items) {
    yield* item;
    yield '\n';
  }
}

async function* toArray(items: AsyncIterable<JsonText>): AsyncGenerator<string> {
  let separator = '[';
  for await (const item of items) {
    yield separator;
    yield* item;
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

const errorLine = (error: unknown): string => `\n${JSON.stringify({ detail: toErrorText(error) })}\n`;
