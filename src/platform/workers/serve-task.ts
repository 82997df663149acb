import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { MEMORY_SIGNAL, type FromWorker, type Task, type ToWorker } from './task';
import { TaskRefusal } from './worker-error';

/** Below the server, so that requests come first. */
const NICENESS = 10;

/**
 * Makes the process a worker: the only statement of a `*.worker.ts` file, which is the main module of its process. Not
 * for the server's own process.
 */
export function serveTask<Input, Output, Fed = never>(task: Task<Input, Output, Fed>): void {
  const megabytes = Number(process.argv[2]);
  process.once('disconnect', () => process.exit());
  if (process.platform !== 'win32') setPriority(NICENESS);
  guard(megabytes);
  const parent = new Parent<Input, Output, Fed>();
  parent.onRun((input, credit) => void parent.work(task, input, credit, megabytes));
}

/**
 * A thread that ends the process when it exceeds its memory (buffers are not part of V8's limit), or when the server has
 * died while a loop here does not look at its messages.
 */
function guard(megabytes: number): void {
  const code = `
    const parent = process.ppid;
    setInterval(() => {
      if (process.memoryUsage.rss() > ${megabytes} * 1048576) process.kill(process.pid, '${MEMORY_SIGNAL}');
      if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
    }, 100);`;
  new Worker(code, { eval: true, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
}

class Parent<Input, Output, Fed> {
  private credit = 0;
  private start: (input: Input, credit: number) => void = () => undefined;
  private onMore: () => void = () => undefined;
  private onItem: (message: { item: Fed } | undefined) => void = () => undefined;

  constructor() {
    process.on('message', (message: ToWorker<Input, Fed>) => {
      if (message.type === 'run') this.start(message.input, message.credit);
      else if (message.type === 'item') this.onItem(message);
      else if (message.type === 'itemsEnd') this.onItem(undefined);
      else {
        this.credit += 1;
        this.onMore();
      }
    });
  }

  onRun(start: (input: Input, credit: number) => void): void {
    this.start = start;
  }

  async work(task: Task<Input, Output, Fed>, input: Input, credit: number, megabytes: number): Promise<void> {
    this.credit = credit;
    try {
      for await (const part of task(input, { feed: this.feed() })) {
        while (this.credit === 0) await new Promise<void>((resolve) => (this.onMore = resolve));
        this.credit -= 1;
        this.send({ type: 'part', part });
      }
      this.send({ type: 'done', isWorn: process.memoryUsage.rss() > (megabytes * 1_048_576) / 2 });
    } catch (error) {
      if (error instanceof TaskRefusal) this.send({ type: 'refused', message: error.message });
      else
        this.send({ type: 'failed', details: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }

  private async *feed(): AsyncGenerator<Fed, void> {
    for (;;) {
      const answer = new Promise<{ item: Fed } | undefined>((resolve) => (this.onItem = resolve));
      this.send({ type: 'want' });
      const message = await answer;
      if (!message) return;
      yield message.item;
    }
  }

  private send(message: FromWorker<Output>): void {
    process.send?.(message);
  }
}
