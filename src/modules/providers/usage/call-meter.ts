import { toErrorResponse } from '../../../common/errors/to-error-response';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { ProviderChunk, ProviderStream } from '../chat-provider';
import { failureIn } from '../responses/failures';
import { mergeUsage, usageIn } from '../responses/reply-parts';
import { StreamEnds } from './stream-ends';
import { NO_COUNTS, tokenCounts, type TokenCounts } from './token-counts';

/** The outcome of a call. */
export interface CallResult {
  tokens: TokenCounts;
  /** Milliseconds from the request to the first part of a streamed response; null for whole responses. */
  firstTokenMs: number | null;
  durationMs: number;
  /** HTTP status: 200, the provider's error status, or 499 when the client aborted the call. */
  status: number;
}

const OK = 200;
const GIVEN_UP = 499;
const FAILED_WITHIN = 502;

/** Measures one provider call, and reports it exactly once. */
export class CallMeter {
  private readonly startedAt: number;
  private firstTokenMs: number | null = null;
  private usage: JsonObject | undefined;
  private failure: number | undefined;
  private isOver = false;
  private readonly abort = () => this.end(GIVEN_UP);

  constructor(
    private readonly signal: AbortSignal,
    private readonly report: (result: CallResult) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.startedAt = now();
    // An unread stream ends with the request.
    signal.addEventListener('abort', this.abort, { once: true });
  }

  /** Measures a call with a whole response. */
  async whole(work: () => Promise<JsonObject>): Promise<JsonObject> {
    const answer = await this.watch(work);
    this.read(answer);
    this.end(OK);
    return answer;
  }

  /** Measures a call with a response that may be a stream; the call ends when it has been read. */
  async stream(work: () => Promise<ProviderStream>): Promise<ProviderStream> {
    const answer = await this.watch(work);
    if (answer.kind === 'sse')
      return { kind: 'sse', raw: this.raw(answer.raw), chunks: () => this.chunks(answer.chunks()) };
    this.read(answer.body);
    this.end(OK);
    return answer;
  }

  /** Passes the bytes of an event stream or of JSON through; the call ends when they have been read. */
  async *raw(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const ends = new StreamEnds();
    const readEnds = () => {
      for (const object of ends.objects()) this.read(object);
    };
    yield* this.following(bytes, (part) => ends.push(part), readEnds);
  }

  private chunks(chunks: AsyncIterable<ProviderChunk>): AsyncGenerator<ProviderChunk> {
    return this.following(
      chunks,
      (chunk) => void this.read(chunk),
      () => undefined,
    );
  }

  private async *following<T>(items: AsyncIterable<T>, see: (item: T) => void, finish: () => void): AsyncGenerator<T> {
    let status = GIVEN_UP;
    try {
      for await (const item of items) {
        this.firstTokenMs ??= this.now() - this.startedAt;
        see(item);
        yield item;
      }
      status = OK;
    } catch (error) {
      status = this.statusOf(error);
      throw error;
    } finally {
      finish();
      this.end(status);
    }
  }

  /** Measures `work`, which only starts the call: a failure ends it. */
  async watch<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.end(this.statusOf(error));
      throw error;
    }
  }

  /** Reads token counts and failures from an object of the response. */
  private read(object: JsonObject): void {
    const answer = isJsonObject(object.response) ? object.response : object;
    const part = usageIn(answer);
    if (part) this.usage = mergeUsage(this.usage, part);
    const error = failureIn(answer);
    if (error !== undefined) this.failure = failureOf(error);
  }

  private statusOf(error: unknown): number {
    return this.signal.aborted ? GIVEN_UP : toErrorResponse(error).status;
  }

  private end(status: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.signal.removeEventListener('abort', this.abort);
    this.report({
      tokens: this.usage ? tokenCounts(this.usage) : NO_COUNTS,
      firstTokenMs: this.firstTokenMs,
      durationMs: this.now() - this.startedAt,
      status: status === OK ? (this.failure ?? OK) : status,
    });
  }
}

/** The status in an error object of the response; see `failureIn`. */
function failureOf(error: unknown): number {
  const code = isJsonObject(error) ? Number(error.code ?? error.status) : Number.NaN;
  return Number.isInteger(code) && code >= 400 && code < 600 ? code : FAILED_WITHIN;
}
