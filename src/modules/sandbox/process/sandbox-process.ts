import { spawn, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { asString, type JsonObject } from '../../../common/util/json';
import { SandboxError, type SandboxFailure } from '../sandbox.types';
import { Exchange, type ExchangeHandlers } from './exchange';
import { encodeFrame, FrameError, FrameReader, isCount, type Frame } from './frames';
import type { ProcessStart } from './language-runtime';
import type { Watchdog } from './watchdog';

export interface ProcessLimits {
  /** Bytes of the JSON in one message. */
  output: number;
  /** Bytes of one message from the process. */
  frame: number;
  /** Milliseconds until a new process is ready. */
  start: number;
  /** Directory without files, for a process without files. */
  directory: string;
}

/** Below the server, so that requests come first. */
const NICENESS = 5;
const STDERR_TAIL = 4000;
/** Code inside has no way to standard error; an engine that fails prints a few lines. */
const STDERR_MAX = 1_000_000;
/** Printed by V8 and by Emscripten. */
const OUT_OF_MEMORY = ['out of memory', 'OOM'];
/** No core files, no files at all, few descriptors; then the program, in the same process. */
const LIMITED = 'ulimit -c 0; ulimit -f 0; ulimit -n 64; exec "$@"';

const WORDS: Record<SandboxFailure, string> = {
  source: 'The code could not be loaded.',
  raised: 'The code failed.',
  timeout: 'The code took too long.',
  memory: 'The code needed more memory than allowed.',
  output: 'The code produced more output than allowed.',
  crash: 'The code ended unexpectedly.',
  requirements: 'The code needs packages that this server does not have.',
  busy: 'Too much code is running; try again later.',
};

export const sandboxError = (failure: SandboxFailure, details = ''): SandboxError =>
  new SandboxError(failure, WORDS[failure], details);

/**
 * One restricted process. What it sends is untrusted: a message that does not fit ends it, and every exchange with it
 * fails.
 */
export class SandboxProcess {
  readonly ready: Promise<void>;
  /** Ended, or about to end. */
  isDead = false;
  private readonly child: ChildProcess;
  private readonly reader: FrameReader;
  private readonly exchanges = new Map<number, Exchange>();
  /** For requests of code that outlives its call, and for what is printed outside of calls. All are refused. */
  private readonly late: Exchange;
  private readonly probes = new Map<number, () => void>();
  private stderr = '';
  private stderrSize = 0;
  private numbers = 0;
  private failure: SandboxFailure = 'crash';
  private onReady: (error?: Error) => void = () => undefined;
  private onSnapshot: ((bytes: Buffer) => void) | undefined;
  private readonly handlers = new Map<unknown, (frame: Frame, head: JsonObject) => void>([
    ['ready', () => this.onReady()],
    ['free', (_frame, { n }) => this.takeProbe(n)()],
    ['done', ({ text }, { id }) => this.find(id).finish(text)],
    ['host', (frame, { call }) => this.find(call).serve(frame)],
    ['log', ({ text }, { call, level }) => this.find(call).log(asString(level) ?? '', text)],
    ['fatal', ({ text }) => this.fail(failureIn(text.toString()), text.toString())],
    ['exceeded', (_frame, { what }) => this.fail(what === 'output' ? 'output' : 'memory')],
    ['snapshot', ({ bytes }) => this.onSnapshot?.(bytes)],
  ]);

  constructor(
    start: ProcessStart,
    private readonly limits: ProcessLimits,
    private readonly watchdog: Watchdog,
    private readonly onEnd: () => void = () => undefined,
  ) {
    this.reader = new FrameReader(limits.frame);
    this.late = this.open(0, { wall: 0 });
    this.child = startChild(start, limits);
    if (this.child.pid !== undefined) watchdog.watch(this.child.pid);
    this.ready = new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.fail('timeout'), limits.start);
      this.onReady = (error) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      };
    });
    this.ready.catch(() => undefined);
    this.listen();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Exchanges under way. */
  get running(): Iterable<Exchange> {
    return this.exchanges.values();
  }

  /** Sends a request; everything that belongs to it passes through `handlers`. @throws what `makeText` throws. */
  exchange(
    head: JsonObject & { op: string },
    makeText: (id: number) => string,
    handlers: ExchangeHandlers,
    bytes?: Uint8Array,
  ): Exchange {
    const id = ++this.numbers;
    const text = makeText(id);
    const exchange = this.open(id, handlers);
    this.exchanges.set(id, exchange);
    exchange.result.catch(() => undefined).finally(() => this.exchanges.delete(id) && this.hold());
    this.hold();
    if (this.isDead) exchange.end(sandboxError(this.failure));
    else this.send({ type: 'request', id, ...head }, text, bytes);
    return exchange;
  }

  private open(id: number, handlers: ExchangeHandlers): Exchange {
    return new Exchange(id, handlers, {
      reply: (reply, json, data, isSync) => this.send(reply, json, data, isSync),
      cancel: () => this.send({ type: 'cancel', id }),
      fail: (failure, details) => this.fail(failure, details),
    });
  }

  /** Calls back when the process reads its messages, which is when no code occupies it. */
  probe(onFree: () => void): void {
    const n = ++this.numbers;
    this.probes.set(n, onFree);
    this.send({ type: 'probe', n });
  }

  /** The bytes that a process sends which was started to make them. @throws SandboxError */
  snapshot(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.onSnapshot = resolve;
      this.ready.catch(reject);
    });
  }

  /** Kills the process; its exchanges fail. */
  fail(failure: SandboxFailure, details = ''): void {
    if (this.isDead) return;
    this.isDead = true;
    this.failure = failure;
    this.child.kill('SIGKILL');
    const error = sandboxError(failure, details === '' ? this.stderr : details);
    this.onReady(error);
    for (const exchange of this.exchanges.values()) exchange.end(error);
  }

  private listen(): void {
    const { child } = this;
    (child.stdio[3] as Readable).on('data', (chunk: Buffer) => this.receive(chunk));
    for (const stream of child.stdio) stream?.on('error', () => undefined);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-STDERR_TAIL);
      this.stderrSize += text.length;
      if (this.stderrSize > STDERR_MAX) this.fail('output');
    });
    child.once('error', (error) => this.close(error.message));
    child.once('close', () => this.close());
  }

  private close(details?: string): void {
    if (this.child.pid !== undefined) this.watchdog.forget(this.child.pid);
    this.fail(failureIn(this.stderr), details);
    this.onEnd();
  }

  private receive(chunk: Buffer): void {
    if (this.isDead) return;
    try {
      for (const frame of this.reader.push(chunk)) this.handle(frame);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.fail(error.reason === 'too-large' ? 'output' : 'crash', 'The process sent an invalid message');
    }
  }

  /** @throws FrameError for anything that the process may not send. */
  private handle(frame: Frame): void {
    const { head } = frame;
    if (frame.text.length > this.limits.output) throw new FrameError('too-large');
    const handler = this.handlers.get(head.type);
    if (!handler) throw new FrameError('malformed');
    handler(frame, head);
  }

  /** An exchange that is over may still be named. */
  private find(id: unknown): Exchange {
    const exchange = isCount(id) ? this.exchanges.get(id) : undefined;
    if (exchange) return exchange;
    if (isCount(id) && id <= this.numbers) return this.late;
    throw new FrameError('malformed');
  }

  private takeProbe(n: unknown): () => void {
    const probe = isCount(n) ? this.probes.get(n) : undefined;
    if (!probe) throw new FrameError('malformed');
    this.probes.delete(n as number);
    return probe;
  }

  private send(head: JsonObject, text?: string, bytes?: Uint8Array, isSync = false): void {
    if (!this.isDead) this.pipe(isSync ? 5 : 4).write(encodeFrame(head, text, bytes));
  }

  /** The pipe that the process has as this descriptor. */
  private pipe(descriptor: number): Writable {
    return (this.child.stdio as readonly unknown[])[descriptor] as Writable;
  }

  /** An idle process does not keep the server's process alive. */
  private hold(): void {
    const parts = [this.child, ...this.child.stdio] as ({ ref?(): void; unref?(): void } | null)[];
    for (const part of parts)
      if (this.exchanges.size > 0) part?.ref?.();
      else part?.unref?.();
  }
}

const failureIn = (text: string): SandboxFailure =>
  OUT_OF_MEMORY.some((known) => text.includes(known)) ? 'memory' : 'crash';

/** The second argument of the program is for `child.mjs`. */
function startChild({ command, args, data, uid, gid }: ProcessStart, limits: ProcessLimits): ChildProcess {
  const { directory: cwd, output } = limits;
  const all = [...args, JSON.stringify({ maxOutput: output })];
  const isLimited = process.platform !== 'win32';
  const child = spawn(isLimited ? '/bin/sh' : command, isLimited ? ['-c', LIMITED, 'sh', command, ...all] : all, {
    ...{ cwd, env: {}, uid, gid },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe', data ?? 'ignore'],
  });
  if (child.pid !== undefined && isLimited) setPriority(child.pid, NICENESS);
  return child;
}
