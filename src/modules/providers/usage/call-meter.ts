import { toErrorAnswer } from '../../../common/errors/to-error-answer';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { ProviderChunk, ProviderStream } from '../chat-provider';
import { StreamTail } from './stream-tail';
import { NO_COUNTS, tokenCounts, type TokenCounts } from './token-counts';

/** What is known of a call when it is over. */
export interface CallResult {
  tokens: TokenCounts;
  /** Milliseconds from the request to the first part of a streamed answer; null for answers that come at once. */
  firstTokenMs: number | null;
  durationMs: number;
  /** As HTTP has it: 200, what the provider answered, 499 for a call that its caller gave up. */
  status: number;
}

const OK = 200;
const GIVEN_UP = 499;
const FAILED_WITHIN = 502;

/** Watches one call of a provider, and reports it once, however it ends. */
export class CallMeter {
  private readonly startedAt: number;
  private firstTokenMs: number | null = null;
  private tokens = NO_COUNTS;
  private failure: number | undefined;
  private isOver = false;
  private readonly abort = () => this.end(GIVEN_UP);

  constructor(
    private readonly signal: AbortSignal,
    private readonly report: (result: CallResult) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.startedAt = now();
    // A stream that nobody reads ends with the request.
    signal.addEventListener('abort', this.abort, { once: true });
  }

  /** The answer of `work`, which comes as a whole. */
  async whole(work: () => Promise<JsonObject>): Promise<JsonObject> {
    const answer = await this.watch(work);
    this.read(answer);
    this.end(OK);
    return answer;
  }

  /** The answer of `work`, a stream or not; the call is over when it was read. */
  async stream(work: () => Promise<ProviderStream>): Promise<ProviderStream> {
    const answer = await this.watch(work);
    if (answer.kind === 'sse')
      return { kind: 'sse', raw: this.raw(answer.raw), chunks: () => this.chunks(answer.chunks()) };
    this.read(answer.body);
    this.end(OK);
    return answer;
  }

  /** The bytes of an event stream, or of JSON, as they are; the call is over when they were read. */
  async *raw(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const tail = new StreamTail();
    const readTail = () => {
      for (const object of tail.objects()) if (this.read(object)) return;
    };
    yield* this.following(bytes, (part) => tail.push(part), readTail);
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

  /** The result of `work`, which only begins the call: a failure ends it. */
  async watch<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.end(this.statusOf(error));
      throw error;
    }
  }

  /** True when the object says how many tokens the call took, or that it failed. */
  private read(object: JsonObject): boolean {
    const { usage, timings, error } = isJsonObject(object.response) ? object.response : object;
    const hasUsage = isJsonObject(usage) || isJsonObject(timings);
    if (hasUsage) this.tokens = tokenCounts({ ...(timings as JsonObject), ...(usage as JsonObject) });
    if (error) this.failure = failureOf(error);
    return hasUsage || Boolean(error);
  }

  private statusOf(error: unknown): number {
    return this.signal.aborted ? GIVEN_UP : toErrorAnswer(error).status;
  }

  private end(status: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.signal.removeEventListener('abort', this.abort);
    this.report({
      tokens: this.tokens,
      firstTokenMs: this.firstTokenMs,
      durationMs: this.now() - this.startedAt,
      status: status === OK ? (this.failure ?? OK) : status,
    });
  }
}

/** The status that an error object within an answer names, if any. */
function failureOf(error: unknown): number {
  const code = isJsonObject(error) ? Number(error.code ?? error.status) : Number.NaN;
  return Number.isInteger(code) && code >= 400 && code < 600 ? code : FAILED_WITHIN;
}
