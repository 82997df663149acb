import { WorkerProcess, type RunOptions, type WorkerLimits } from './worker-process';

export interface PoolOptions extends WorkerLimits {
  /** Processes that may run at once; further runs wait in order. */
  size: number;
  /** Milliseconds after which an unused process ends. */
  idle?: number;
}

const IDLE = 10_000;

/** Runs the task of one worker file in processes that start when needed, are used again, and end when idle. */
export class WorkerPool<Input, Output, Fed = never> {
  private readonly idle: { process: WorkerProcess<Input, Output, Fed>; timer: NodeJS.Timeout }[] = [];
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  /** `path`: the worker file without its extension. */
  constructor(
    private readonly path: string,
    private readonly name: string,
    private readonly options: PoolOptions,
  ) {}

  /** Processes that are running, and those that wait for work. */
  get processes(): number {
    return this.running + this.idle.length;
  }

  /** @throws WorkerError; TaskRefusal from the task; the reason of the signal, also while the run waits for its turn. */
  async *run(input: Input, options: RunOptions<Fed> = {}): AsyncGenerator<Output, void> {
    await this.enter(options.signal);
    const process = this.take();
    try {
      yield* process.run(input, options);
    } finally {
      this.putBack(process);
      this.leave();
    }
  }

  /** The first result of a run. @throws as `run`. */
  async call(input: Input, options: RunOptions<Fed> = {}): Promise<Output> {
    const results: Output[] = [];
    for await (const result of this.run(input, options)) results.push(result);
    if (results.length === 0) throw new Error(`The worker ${this.name} had no result`);
    return results[0] as Output;
  }

  /** Ends the idle processes. Those that run are ended by the signals of their runs, or with the server. */
  close(): void {
    for (const { process, timer } of this.idle.splice(0)) {
      clearTimeout(timer);
      process.kill();
    }
  }

  private async enter(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.running >= this.options.size) return this.turn(signal);
    this.running += 1;
  }

  /** The next run takes the place over. */
  private leave(): void {
    const start = this.waiting.shift();
    if (start) start();
    else this.running -= 1;
  }

  private turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const start = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = () => {
        this.waiting.splice(this.waiting.indexOf(start), 1);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.waiting.push(start);
    });
  }

  private take(): WorkerProcess<Input, Output, Fed> {
    for (let next = this.idle.pop(); next; next = this.idle.pop()) {
      clearTimeout(next.timer);
      if (!next.process.isDead) return next.process;
    }
    return new WorkerProcess<Input, Output, Fed>(this.path, this.name, this.options);
  }

  private putBack(process: WorkerProcess<Input, Output, Fed>): void {
    if (process.isDead) return;
    const entry = { process, timer: setTimeout(() => this.drop(entry), this.options.idle ?? IDLE).unref() };
    this.idle.push(entry);
  }

  private drop(entry: (typeof this.idle)[number]): void {
    this.idle.splice(this.idle.indexOf(entry), 1);
    entry.process.kill();
  }
}
