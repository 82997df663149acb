import type { JsonObject } from '../../../common/util/json';
import { asString, isJsonObject } from '../../../common/util/json';
import { BusyTimer } from '../../../platform/workers/busy-timer';
import { SandboxError, type SandboxFailure } from '../sandbox.types';
import { FrameError, isCount, parseJson, type Frame } from './frames';

/** A reply of the server to code inside. */
export interface HostReply {
  /** JSON text. */
  text?: string;
  bytes?: Uint8Array;
  head?: JsonObject;
}

/** What code inside asks of the server. */
export interface HostRequest {
  op: string;
  head: JsonObject;
  text: Buffer;
  bytes: Buffer;
}

export interface ExchangeHandlers {
  /** Milliseconds of the process's time. */
  wall: number;
  /** Rejects with a HostError, which the code sees, or with anything else, which ends the process. */
  serve?(request: HostRequest, exchange: Exchange): Promise<HostReply>;
  log?(level: string, text: string): void;
}

/** A refusal that the code inside sees as an exception. */
export class HostError extends Error {
  constructor(
    readonly failure: string,
    message: string,
  ) {
    super(message);
  }
}

interface Line {
  reply(head: JsonObject, text?: string, bytes?: Uint8Array, isSync?: boolean): void;
  cancel(): void;
  fail(failure: SandboxFailure, details?: string): void;
}

/** Requests of one exchange that may be open at once, and in all. */
const MAX_OPEN = 64;
const MAX_REQUESTS = 100_000;
const MAX_LOG_LINES = 10_000;
/** Milliseconds in which cancelled code comes to its end before its process is killed. */
const GRACE = 1000;

/** Failures that code inside may report. Limits of the process are decided outside. */
const REPORTED: ReadonlySet<string> = new Set(['source', 'raised', 'memory', 'requirements', 'crash']);
/** Those of a call that did not affect its process. */
const CONTAINED: ReadonlySet<string> = new Set([...REPORTED, 'timeout', 'output']);

/** One request to a process, from its start to its result, with the requests of the code meanwhile. */
export class Exchange {
  /** The result of the code. Rejects with a SandboxError. */
  readonly result: Promise<unknown>;
  private readonly timer: BusyTimer;
  private resolve: (value: unknown) => void = () => undefined;
  private reject: (error: SandboxError) => void = () => undefined;
  private isOver = false;
  private open = 0;
  private requests = 0;
  private lines = 0;
  /** Reasons for which its time does not run. */
  private pauses = 0;
  private grace: NodeJS.Timeout | undefined;
  private cpuBefore: number | undefined;

  constructor(
    /** 0: stands for all exchanges of the process that are over. */
    readonly id: number,
    private readonly handlers: ExchangeHandlers,
    private readonly line: Line,
  ) {
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.timer = new BusyTimer(handlers.wall, () => line.fail('timeout'));
    if (id > 0) this.timer.start();
  }

  /** Waits for something outside of the process, which does not count as its time. */
  async paused<T>(wait: () => Promise<T>): Promise<T> {
    if (this.pauses++ === 0) this.timer.stop();
    try {
      return await wait();
    } finally {
      if (--this.pauses === 0 && !this.isOver) this.timer.start();
    }
  }

  /** Ends the code: at once where it can be cancelled, else with its process. */
  cancel(): void {
    if (this.isOver || this.grace) return;
    this.line.cancel();
    this.grace = setTimeout(() => this.line.fail('timeout'), GRACE);
  }

  /** Milliseconds of CPU time since the first of these measurements, of the calls of the process together. */
  usedCpu(ofProcess: number): number {
    this.cpuBefore ??= ofProcess;
    return ofProcess - this.cpuBefore;
  }

  /** @throws FrameError for what is no result. */
  finish(text: Buffer): void {
    if (this.isOver || this.id === 0) return;
    const envelope = parseJson(text);
    if (!isJsonObject(envelope)) throw new FrameError('malformed');
    if (isJsonObject(envelope.error)) this.failWith(envelope.error);
    else this.settle(() => this.resolve(envelope.ok));
  }

  private failWith({ failure, message, details, isContained }: JsonObject): void {
    const known = asString(failure) ?? '';
    if (!(isContained === true ? CONTAINED : REPORTED).has(known)) throw new FrameError('malformed');
    // The state of its process is unknown.
    const isLost = isContained !== true && (known === 'crash' || known === 'memory');
    if (isLost) return this.line.fail(known, asString(details));
    const error = new SandboxError(known as SandboxFailure, asString(message) ?? '', asString(details));
    this.settle(() => this.reject(error));
  }

  /** The process has ended. */
  end(error: SandboxError): void {
    this.settle(() => this.reject(error));
  }

  /** @throws FrameError for more requests than code has use for. */
  serve({ head, text, bytes }: Frame): void {
    const { n, op } = head;
    if (!isCount(n) || typeof op !== 'string') throw new FrameError('malformed');
    if (++this.requests > MAX_REQUESTS || ++this.open > MAX_OPEN) throw new FrameError('too-large');
    const answer = this.isOver ? undefined : this.handlers.serve?.({ op, head, text, bytes }, this);
    const isSync = head.isSync === true;
    Promise.resolve(answer ?? Promise.reject(new HostError('unavailable', 'Not available here')))
      .then((reply) => this.line.reply({ ...reply.head, type: 'reply', n }, reply.text, reply.bytes, isSync))
      .catch((error: unknown) => this.refuse(error, n, isSync))
      .finally(() => (this.open -= 1));
  }

  log(level: string, text: Buffer): void {
    if (++this.lines > MAX_LOG_LINES) throw new FrameError('too-large');
    this.handlers.log?.(level, text.toString('utf8'));
  }

  private refuse(error: unknown, n: number, isSync: boolean): void {
    if (error instanceof FrameError) return this.line.fail('crash', 'The process sent an invalid request');
    const { failure, message } = error instanceof HostError ? error : { failure: 'failed', message: messageOf(error) };
    this.line.reply({ type: 'reply', n, error: { failure, message } }, '', undefined, isSync);
  }

  private settle(act: () => void): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.grace);
    if (this.pauses === 0) this.timer.stop();
    act();
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 1000);
