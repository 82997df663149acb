import { AnswerStream } from './answer-stream';

/** An answer of one JSON value a line, as they are sent: bytes or text, line ends included. */
export class NdjsonStream extends AnswerStream {
  protected readonly contentType = 'application/x-ndjson';
}
