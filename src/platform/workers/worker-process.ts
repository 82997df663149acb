import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { aborting } from '../../common/util/aborting';
import { AsyncQueue } from '../../common/util/async-queue';
import { BusyTimer } from './busy-timer';
import { MEMORY_SIGNAL, type FromWorker, type ToWorker } from './task';
import { TaskRefusal, WorkerError } from './worker-error';

export interface RunOptions<Fed> {
  /** Ends the run, and its process, with the reason of the signal. */
  signal?: AbortSignal;
  /** Read as fast as the task asks for it, and closed when the run ends. */
  feed?: AsyncIterable<Fed>;
}

export interface WorkerLimits {
  /** Of work: waiting for the feed and for the reader of the results does not count. Includes the start of the process. */
  milliseconds: number;
  /** Resident memory of the process, of which some 45 are Node's own. */
  megabytes: number;
}

/** Results on their way to the reader. */
const CREDIT = 2;
const STDERR_TAIL = 2000;
/** Share of the memory that V8 may use for objects; the rest is for buffers and code. */
const HEAP_SHARE = 0.7;

/** One process that runs a worker file; one run at a time. */
export class WorkerProcess<Input, Output, Fed> {
  private readonly child: ChildProcess;
  private stderr = '';
  private messages = new AsyncQueue<FromWorker<Output>>();
  /** Ended, or about to end. */
  isDead = false;

  /** `path`: the worker file without its extension. */
  constructor(
    path: string,
    readonly name: string,
    private readonly limits: WorkerLimits,
  ) {
    const heap = Math.round(limits.megabytes * HEAP_SHARE);
    this.child = fork(existsSync(`${path}.js`) ? `${path}.js` : `${path}.ts`, [String(limits.megabytes)], {
      env: {},
      execArgv: [...preloads(process.execArgv), `--max-old-space-size=${heap}`, '--max-semi-space-size=8'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-STDERR_TAIL);
    });
    this.child.on('message', (message) => this.messages.push(message as FromWorker<Output>));
    this.child.once('error', (error) => this.end('crash', error.message));
    this.child.once('close', (_code, signal) => this.end(this.failureOf(signal), this.stderr));
    this.hold(false);
  }

  /** @throws WorkerError; TaskRefusal from the task; the reason of the signal. Leaving the iteration ends the process. */
  async *run(input: Input, { signal, feed }: RunOptions<Fed>): AsyncGenerator<Output, void> {
    const source = feed?.[Symbol.asyncIterator]();
    const abort = () => this.messages.end(signal?.reason);
    this.hold(true);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      signal?.throwIfAborted();
      this.send({ type: 'run', input, credit: CREDIT });
      if ((yield* this.results(source, signal)) === 'worn') this.kill();
    } finally {
      signal?.removeEventListener('abort', abort);
      this.messages = new AsyncQueue();
      this.hold(false);
      // Not awaited: after an abort a read may still be under way.
      source?.return?.(undefined).catch(() => undefined);
    }
  }

  kill(): void {
    this.isDead = true;
    this.child.kill('SIGKILL');
  }

  private async *results(
    source: AsyncIterator<Fed> | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Output, 'worn' | 'done'> {
    const timer = new BusyTimer(this.limits.milliseconds, () => this.end('timeout'));
    let isOver = false;
    try {
      timer.start();
      for await (const message of this.messages) {
        timer.stop();
        if (message.type === 'want') this.send(await nextOf(source, signal));
        else if (message.type === 'part') {
          yield message.part;
          this.send({ type: 'more' });
        } else {
          isOver = true;
          return this.finish(message);
        }
        timer.start();
      }
      throw new WorkerError('crash', this.name);
    } finally {
      timer.stop();
      // The reader has left, or the run has failed: what the process does now is of no use.
      if (!isOver) this.kill();
    }
  }

  /** @throws what the last message of a run stands for. */
  private finish(message: Exclude<FromWorker<Output>, { type: 'want' | 'part' }>): 'worn' | 'done' {
    if (message.type === 'refused') throw new TaskRefusal(message.message);
    if (message.type === 'failed') throw new WorkerError('failed', this.name, message.details);
    return message.isWorn ? 'worn' : 'done';
  }

  private end(failure: WorkerError['failure'], details?: string): void {
    this.isDead = true;
    this.messages.end(new WorkerError(failure, this.name, details));
  }

  private failureOf(signal: NodeJS.Signals | null): WorkerError['failure'] {
    return signal === MEMORY_SIGNAL || this.stderr.includes('heap out of memory') ? 'memory' : 'crash';
  }

  /** A process that dies meanwhile is reported by its `close` event. */
  private send(message: ToWorker<Input, Fed>): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  /** An idle process does not keep the server's process alive. */
  private hold(isHeld: boolean): void {
    const parts = [
      this.child,
      this.child.channel,
      this.child.stderr as unknown as { ref(): void; unref(): void } | null,
    ];
    for (const part of parts)
      if (isHeld) part?.ref();
      else part?.unref();
  }
}

/** The answer to a `want`. @throws the reason of the signal, also while the source hangs. */
async function nextOf<Fed>(
  source: AsyncIterator<Fed> | undefined,
  signal: AbortSignal | undefined,
): Promise<ToWorker<never, Fed>> {
  const next = source && (await (signal ? aborting(signal, source.next()) : source.next()));
  return next && next.done !== true ? { type: 'item', item: next.value } : { type: 'itemsEnd' };
}

/** Modules that the command line of this process preloads; with them sources run without a build. */
export function preloads(options: readonly string[]): string[] {
  return options.flatMap((option, index) =>
    option === '--require' || option === '-r' || option === '--import' ? [option, options[index + 1] ?? ''] : [],
  );
}
