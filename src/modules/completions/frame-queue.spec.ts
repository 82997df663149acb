import { FrameQueue } from './frame-queue';

async function collect(queue: FrameQueue): Promise<string[]> {
  const values: string[] = [];
  for await (const value of queue) values.push(value);
  return values;
}

describe('FrameQueue', () => {
  it('gives what came before and what comes while it is read', async () => {
    const close = jest.fn();
    const queue = new FrameQueue(close);
    queue.push('1');
    const collected = collect(queue);
    queue.push('2');
    await Promise.resolve();
    queue.push('3');
    queue.end();
    queue.push('4');
    await expect(collected).resolves.toEqual(['1', '2', '3']);
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('ends in the error, after the values before it', async () => {
    const queue = new FrameQueue(jest.fn());
    queue.push('1');
    queue.end(new Error('gone'));
    const iterator = queue[Symbol.asyncIterator]();
    await expect(iterator.next()).resolves.toMatchObject({ value: '1' });
    await expect(iterator.next()).rejects.toThrow('gone');
  });

  it('closes when the reader stops', async () => {
    const close = jest.fn();
    const queue = new FrameQueue(close);
    queue.push('1');
    for await (const _ of queue) break;
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('holds no more than memory should', async () => {
    const queue = new FrameQueue(jest.fn());
    const frame = 'x'.repeat(1_000_000);
    for (let count = 0; count < 100; count++) queue.push(frame);
    let read = 0;
    await expect(async () => {
      for await (const value of queue) read += value.length;
    }).rejects.toThrow('More came than was read');
    expect(read).toBeLessThan(20_000_000);
  });

  it('holds as much again once that is read', async () => {
    const queue = new FrameQueue(jest.fn());
    const frames = queue[Symbol.asyncIterator]();
    for (let count = 0; count < 40; count++) {
      queue.push('x'.repeat(1_000_000));
      await expect(frames.next()).resolves.toMatchObject({ done: false });
    }
  });
});
