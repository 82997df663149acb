import { basename } from 'node:path';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { WorkerPool, type PoolOptions } from './worker-pool';

/**
 * Work that takes long, needs much memory or reads untrusted formats, in processes of its own: one that loops or exhausts
 * its memory takes nothing with it. A worker is a `*.worker.ts` file that calls `serveTask` with its task.
 */
@Injectable()
export class WorkersService implements OnApplicationShutdown {
  private readonly pools: { close(): void }[] = [];

  /** `path`: the worker file without its extension, for example `join(__dirname, 'markdown.worker')`. */
  open<Input, Output, Fed = never>(path: string, options: PoolOptions): WorkerPool<Input, Output, Fed> {
    const pool = new WorkerPool<Input, Output, Fed>(path, basename(path, '.worker'), options);
    this.pools.push(pool);
    return pool;
  }

  onApplicationShutdown(): void {
    for (const pool of this.pools) pool.close();
  }
}
