import { AnswerStream } from './answer-stream';

/** An answer of `text/event-stream` frames, as they are sent: bytes or text, framing included. */
export class EventStream extends AnswerStream {
  protected readonly contentType = 'text/event-stream; charset=utf-8';
}
