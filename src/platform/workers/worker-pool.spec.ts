import { join } from 'node:path';
import type { SampleInput } from '../../../test/support/fixtures/sample.worker';
import { TaskRefusal } from './worker-error';
import { WorkerPool, type PoolOptions } from './worker-pool';

const PATH = join(__dirname, '../../../test/support/fixtures/sample.worker');
const pools: { close(): void }[] = [];

function open(options: Partial<PoolOptions> = {}) {
  const pool = new WorkerPool<SampleInput, unknown, Uint8Array>(PATH, 'sample', {
    size: 1,
    milliseconds: 60_000,
    megabytes: 200,
    ...options,
  });
  pools.push(pool);
  return pool;
}

afterEach(() => pools.splice(0).forEach((pool) => pool.close()));

async function* chunksOf(...chunks: string[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

describe('WorkerPool', () => {
  it('runs a task in a process that the next run uses again', async () => {
    const pool = open();
    const pid = await pool.call({ do: 'pid' });
    expect(pid).not.toBe(process.pid);
    await expect(pool.call({ do: 'echo', text: 'a\u{1f600}b' })).resolves.toBe('a\u{1f600}b');
    await expect(pool.call({ do: 'pid' })).resolves.toBe(pid);
    expect(pool.processes).toBe(1);
  });

  it('hands the worker no variable of the server', async () => {
    await expect(open().call({ do: 'variables' })).resolves.toEqual([]);
  });

  it('passes refusals on, reports other errors with their stack, and keeps the process', async () => {
    const pool = open();
    const pid = await pool.call({ do: 'pid' });
    await expect(pool.call({ do: 'refuse', text: 'No.' })).rejects.toEqual(new TaskRefusal('No.'));
    await expect(pool.call({ do: 'throw', text: 'odd' })).rejects.toMatchObject({
      failure: 'failed',
      message: 'The worker sample failed',
      details: expect.stringContaining('TypeError: odd'),
    });
    await expect(pool.call({ do: 'pid' })).resolves.toBe(pid);
  });

  it('streams results no faster than they are read, and feeds a task as it asks', async () => {
    const pool = open();
    const seen: unknown[] = [];
    for await (const number of pool.run({ do: 'count', to: 5 })) seen.push(number);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    const sizes: unknown[] = [];
    for await (const size of pool.run({ do: 'measure' }, { feed: chunksOf('one', 'three', '') })) sizes.push(size);
    expect(sizes).toEqual([3, 5, 0]);
  });

  it('ends the process and closes the feed when the reader leaves', async () => {
    const pool = open();
    let isClosed = false;
    const feed = (async function* () {
      try {
        for (;;) yield Buffer.from('x');
      } finally {
        isClosed = true;
      }
    })();
    const first = await pool.call({ do: 'pid' });
    for await (const _ of pool.run({ do: 'measure' }, { feed })) break;
    expect(isClosed).toBe(true);
    expect(pool.processes).toBe(0);
    await expect(pool.call({ do: 'pid' })).resolves.not.toBe(first);
  });

  it('passes errors of the feed on', async () => {
    const feed = (async function* () {
      yield Buffer.from('x');
      throw new RangeError('disk');
    })();
    await expect(open().call({ do: 'measure' }, { feed })).rejects.toThrow(new RangeError('disk'));
  });

  it('survives processes that die, loop, or exhaust their memory', async () => {
    const pool = open({ milliseconds: 120_000, megabytes: 150 });
    await expect(pool.call({ do: 'exit' })).rejects.toMatchObject({ failure: 'crash' });
    await expect(pool.call({ do: 'objects' })).rejects.toMatchObject({ failure: 'memory' });
    await expect(pool.call({ do: 'buffers' })).rejects.toMatchObject({ failure: 'memory' });
    await expect(pool.call({ do: 'echo', text: 'still here' })).resolves.toBe('still here');
    await expect(open({ milliseconds: 300 }).call({ do: 'loop' })).rejects.toMatchObject({ failure: 'timeout' });
  });

  it('lets further runs wait, and an abort ends a running and a waiting one', async () => {
    const pool = open();
    const controller = new AbortController();
    const running = pool.call({ do: 'loop' }, { signal: controller.signal });
    const waiting = pool.call({ do: 'pid' }, { signal: controller.signal });
    const next = pool.call({ do: 'echo', text: 'next' });
    expect(pool.processes).toBe(1);
    controller.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
    await expect(waiting).rejects.toThrow('cancelled');
    await expect(next).resolves.toBe('next');
  });

  it('ends idle processes', async () => {
    const pool = open({ idle: 1 });
    await pool.call({ do: 'pid' });
    while (pool.processes > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(pool.call({ do: 'echo', text: 'again' })).resolves.toBe('again');
  });
});
