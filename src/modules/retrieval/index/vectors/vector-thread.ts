import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { preloads } from '../../../../platform/workers/worker-process';
import type { VectorAnswer, VectorPlace, VectorRequest } from './vector-messages';

const FILE = join(__dirname, 'vector-scan.worker');

interface Pending {
  resolve: (result: VectorPlace[][] | null) => void;
  reject: (error: Error) => void;
}

/** The thread that holds vectors and searches them; started by the first request. */
export class VectorThread {
  private worker: Worker | undefined;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  /** `onLost`: the thread has died, and with it all that it held. */
  constructor(private readonly onLost: () => void) {}

  async search(request: Extract<VectorRequest, { type: 'search' }>): Promise<VectorPlace[][]> {
    return (await this.send(request)) ?? [];
  }

  /** Vectors of a `fill` are moved to the thread: the array is empty afterwards. */
  send(request: VectorRequest): Promise<VectorPlace[][] | null> {
    const worker = (this.worker ??= this.start());
    const id = ++this.lastId;
    const moved = request.type === 'fill' ? [request.vectors.buffer as ArrayBuffer] : [];
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      // The server's process waits for a search, not for an idle thread.
      worker.ref();
      worker.postMessage({ id, request }, moved);
    });
  }

  async stop(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(existsSync(`${FILE}.js`) ? `${FILE}.js` : `${FILE}.ts`, {
      execArgv: preloads(process.execArgv),
    });
    worker.on('message', (message: VectorAnswer) => this.receive(message));
    worker.on('error', (error) => this.end(worker, error));
    worker.on('exit', () => this.end(worker, new Error('The vector thread has ended')));
    return worker;
  }

  private receive(message: VectorAnswer): void {
    const pending = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (this.pending.size === 0) this.worker?.unref();
    if ('error' in message) pending?.reject(new Error(message.error));
    else pending?.resolve(message.result);
  }

  private end(worker: Worker, error: Error): void {
    if (this.worker === worker) this.worker = undefined;
    else if (this.pending.size === 0) return;
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
    this.onLost();
  }
}
