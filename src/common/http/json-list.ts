import { toErrorText } from '../errors/to-error-answer';
import { AnswerStream } from './answer-stream';
import { NdjsonStream } from './ndjson-stream';

/** An answer of one JSON array that is never whole in memory. */
class JsonArrayStream extends AnswerStream {
  protected readonly contentType = 'application/json';
}

/**
 * A list of any length as an answer: a JSON array, or one value a line for clients whose `Accept` header asks for
 * `application/x-ndjson`. When the source fails, the array stays open, so that no reader takes a part for the whole;
 * lines end with `{"detail": …}`.
 */
export function jsonList(
  items: AsyncIterable<unknown>,
  accept: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): AnswerStream {
  const isLines = accept?.toLowerCase().includes('application/x-ndjson') === true;
  return isLines
    ? new NdjsonStream(toLines(items), errorLine, headers)
    : new JsonArrayStream(toArray(items), errorLine, headers);
}

async function* toLines(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const item of items) yield `${JSON.stringify(item)}\n`;
}

async function* toArray(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  let separator = '[';
  for await (const item of items) {
    yield separator + JSON.stringify(item);
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

const errorLine = (error: unknown): string => `\n${JSON.stringify({ detail: toErrorText(error) })}\n`;
