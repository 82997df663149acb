import { eventStream, type StreamAnswer } from '../../../common/http/answers/stream-answer';
import { SSE_DONE, sseErrorFrame, sseFrame } from '../../../common/http/answers/sse';
import { AsyncQueue } from '../../../common/util/async-queue';
import type { JsonObject } from '../../../common/util/json';
import type { CompletionEvent } from '../../pipeline/completion-event';
import type { ReplyEnd, ReplySink } from '../../pipeline/reply-sink';

/** Bytes buffered for a slow client before reading from the provider pauses. */
const HIGH_WATER = 256 * 1024;

/**
 * The response of the request: one object, or the provider's stream unread. Nothing is sent before the model responds,
 * because its refusal sets the HTTP status: sources are held back until then.
 */
export class ResponseSink implements ReplySink {
  /** Rejects with the cause of a failure before the model responds. */
  readonly response: Promise<JsonObject | StreamAnswer>;
  private resolve: (response: JsonObject | StreamAnswer) => void;
  private reject: (error: unknown) => void;
  private readonly frames: AsyncQueue<Uint8Array | string>;
  private readonly ahead: JsonObject[] = [];
  private isOpen = false;
  /** True when the stream is written by this server, not passed through. */
  private hasChunks = false;
  private body: JsonObject | undefined;

  /** `onDisconnect` is called when the client disconnects. */
  constructor(onDisconnect: () => void) {
    this.response = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.frames = new AsyncQueue({ sizeOf: ({ length }) => length, onClose: onDisconnect });
  }

  write(event: CompletionEvent): Promise<void> | undefined {
    switch (event.type) {
      case 'sources':
        this.ahead.push({ sources: event.sources });
        return undefined;
      case 'opened':
        return void this.open();
      case 'bytes':
        return this.push(event.bytes);
      case 'chunk':
        this.hasChunks = true;
        return this.push(sseFrame(event.chunk));
      case 'answer':
        this.body = event.body;
        return undefined;
      default:
        return undefined;
    }
  }

  end({ state, cause }: ReplyEnd): void {
    const failure = state === 'complete' ? undefined : cause;
    if (this.hasChunks && state === 'complete') this.frames.push(SSE_DONE);
    if (this.isOpen) this.frames.end(failure);
    else if (failure === undefined) this.resolve(Object.assign({}, ...this.ahead, this.body) as JsonObject);
    else this.reject(failure);
  }

  private push(frame: Uint8Array | string): Promise<void> | undefined {
    this.frames.push(frame);
    return this.frames.size > HIGH_WATER ? this.frames.drained() : undefined;
  }

  private open(): void {
    this.isOpen = true;
    for (const data of this.ahead) this.frames.push(sseFrame(data));
    this.resolve(eventStream(this.frames, sseErrorFrame));
  }
}
