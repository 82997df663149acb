import { eventStream, type StreamAnswer } from '../../../common/http/answers/stream-answer';
import { SSE_DONE, sseErrorFrame, sseFrame } from '../../../common/http/answers/sse';
import { ConflictError } from '../../../common/errors/app-error';
import { AsyncQueue } from '../../../common/util/async-queue';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { CompletionContext } from '../../pipeline/completion-context';
import type { CompletionEvent } from '../../pipeline/completion-event';
import type { ReplyEnd, ReplySink } from '../../pipeline/reply-sink';
import { ReplyStoppedError } from './running-replies';
import { sideChunk } from '../generation/side-chunk';

/** Bytes buffered for a slow client before reading from the provider pauses. */
const HIGH_WATER = 256 * 1024;

/**
 * The response of the request: one object, or a stream. Nothing is sent before the model responds, because its refusal
 * sets the HTTP status: what steps emit is held back until then. Clients of OpenAI's interface ignore it: it is sent in
 * chunks without choices, or in further fields of the object. Sources come first (contract).
 */
export class ResponseSink implements ReplySink {
  /** Rejects with the cause of a failure before the model responds. */
  readonly response: Promise<JsonObject | StreamAnswer>;
  private resolve: (response: JsonObject | StreamAnswer) => void;
  private reject: (error: unknown) => void;
  private readonly frames: AsyncQueue<Uint8Array | string>;
  private readonly ahead: JsonObject[];
  private isOpen = false;
  /** True when the stream is written by this server, not passed through. */
  private hasChunks = false;
  private body: JsonObject | undefined;

  /** `onDisconnect` is called when the client disconnects. */
  constructor(
    private readonly context: CompletionContext,
    onDisconnect: () => void,
  ) {
    const { place, request } = context;
    this.ahead = place && request.messageId === undefined ? [{ message_id: place.messageId }] : [];
    this.response = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.frames = new AsyncQueue({ sizeOf: ({ length }) => length, onClose: onDisconnect });
  }

  write(event: CompletionEvent): Promise<void> | undefined {
    switch (event.type) {
      case 'sources':
        if (this.isOpen) this.add({ sources: event.sources });
        else this.ahead.unshift({ sources: event.sources });
        return undefined;
      case 'message':
        this.add({ event: event.event });
        return undefined;
      case 'opened':
        return void this.open();
      case 'bytes':
        return this.push(event.bytes);
      case 'chunk':
        this.hasChunks = true;
        return this.push(this.frameOf(event.chunk));
      case 'answer':
        this.body = event.body;
        return undefined;
      default:
        return undefined;
    }
  }

  end({ state, cause }: ReplyEnd): void {
    const failure = cause instanceof ReplyStoppedError ? new ConflictError('The reply was stopped') : cause;
    if (this.hasChunks && state === 'complete') this.frames.push(SSE_DONE);
    if (this.isOpen) this.frames.end(failure);
    else if (failure === undefined) this.resolve({ ...fieldsOf(this.ahead), ...this.body });
    else this.reject(failure);
  }

  private push(frame: Uint8Array | string): Promise<void> | undefined {
    this.frames.push(frame);
    return this.frames.size > HIGH_WATER ? this.frames.drained() : undefined;
  }

  private open(): void {
    this.isOpen = true;
    for (const fields of this.ahead) this.frames.push(this.frameOf(fields));
    this.resolve(eventStream(this.frames, sseErrorFrame));
  }

  private add(fields: JsonObject): void {
    if (this.isOpen) this.frames.push(this.frameOf(fields));
    else this.ahead.push(fields);
  }

  private frameOf(chunk: JsonObject): string {
    const isKnown = 'choices' in chunk || 'error' in chunk;
    return sseFrame(isKnown ? chunk : sideChunk(this.context.request.modelId, chunk));
  }
}

/** Fields of a response that is not streamed: `sources`, the data of `statuses`, and other `events` as they are. */
function fieldsOf(parts: readonly JsonObject[]): JsonObject {
  const fields: { sources?: unknown[]; statuses?: unknown[]; events?: unknown[]; message_id?: unknown } = {};
  for (const { sources, event, message_id: id } of parts)
    if (Array.isArray(sources)) (fields.sources ??= []).push(...(sources as unknown[]));
    else if (!isJsonObject(event)) fields.message_id = id;
    else if (event.type === 'status') (fields.statuses ??= []).push(event.data);
    else (fields.events ??= []).push(event);
  return fields;
}
