import { AnswerStream } from './answer-stream';

/** Types that a browser shows and does nothing with, and those that programs read. */
const HARMLESS =
  /^(application\/(json|x-ndjson|octet-stream|pdf)|text\/event-stream|audio\/[\w.+-]+|image\/(png|jpeg|webp|gif))\b/i;

/**
 * The answer of another server, passed on as its bytes come. What a browser would run as a page of ours is text. When
 * the other server breaks off, so do we: nobody takes half of it for the whole.
 */
export class RelayedAnswer extends AnswerStream {
  protected readonly contentType: string;

  constructor(
    bytes: AsyncIterable<Uint8Array>,
    protected override readonly status: number,
    contentType = '',
  ) {
    super(bytes);
    this.contentType = HARMLESS.test(contentType) ? contentType : 'text/plain; charset=utf-8';
  }
}
