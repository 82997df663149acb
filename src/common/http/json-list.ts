import { toErrorText } from '../errors/to-error-answer';
import { joinedPieces } from '../util/json-pieces';
import { AnswerStream } from './answer-stream';
import { NdjsonStream } from './ndjson-stream';

/** An answer of one JSON array that is never whole in memory. */
class JsonArrayStream extends AnswerStream {
  protected readonly contentType = 'application/json';
}

/** The JSON text of a value, in pieces. */
export type JsonText = AsyncIterable<string>;

/**
 * A list of any length as an answer, of values as JSON texts: a JSON array, or one value a line for clients whose
 * `Accept` header asks for `application/x-ndjson`. When the source fails, the array stays open, so that no reader takes a
 * part for the whole; lines end with `{"detail": …}`.
 */
export function jsonList(
  items: AsyncIterable<JsonText>,
  accept: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): AnswerStream {
  const isLines = accept?.toLowerCase().includes('application/x-ndjson') === true;
  const frames = joinedPieces(isLines ? toLines(items) : toArray(items));
  return isLines ? new NdjsonStream(frames, errorLine, headers) : new JsonArrayStream(frames, errorLine, headers);
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
