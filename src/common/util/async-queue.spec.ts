import { AsyncQueue } from './async-queue';

const opened = (onClose = jest.fn()) => ({
  onClose,
  queue: new AsyncQueue<string>({ sizeOf: (value) => value.length, onClose }),
});

async function collect(queue: AsyncIterable<string>): Promise<string[]> {
  const values: string[] = [];
  for await (const value of queue) values.push(value);
  return values;
}

describe('AsyncQueue', () => {
  it('gives what came before and during the iteration, in order', async () => {
    const { queue, onClose } = opened();
    queue.push('a');
    const reading = collect(queue);
    queue.push('b');
    await Promise.resolve();
    queue.push('c');
    queue.end();
    queue.push('late');
    expect(await reading).toEqual(['a', 'b', 'c']);
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('ends in the error, after the values before it', async () => {
    const { queue } = opened();
    queue.push('a');
    queue.end(new Error('broken'));
    const values: string[] = [];
    const reading = (async () => {
      for await (const value of queue) values.push(value);
    })();
    await expect(reading).rejects.toThrow('broken');
    expect(values).toEqual(['a']);
  });

  it('closes when the reader stops', async () => {
    const { queue, onClose } = opened();
    queue.push('a');
    for await (const _ of queue) break;
    expect(onClose).toHaveBeenCalledTimes(1);
    queue.push('b');
    expect(queue.size).toBe(0);
  });

  it('counts waiting items, and resolves when they were read', async () => {
    const { queue } = opened();
    queue.push('abc');
    queue.push('de');
    expect(queue.size).toBe(5);
    let isDrained = false;
    const drained = queue.drained().then(() => (isDrained = true));
    const iterator = queue[Symbol.asyncIterator]();
    await iterator.next();
    expect([queue.size, isDrained]).toEqual([2, false]);
    await iterator.next();
    void iterator.next();
    await drained;
    expect(queue.size).toBe(0);
  });

  it.each(['end', 'stop'])('holds nothing back after its %s', async (how) => {
    const { queue } = opened();
    queue.push('abc');
    const drained = queue.drained();
    if (how === 'end') queue.end();
    else for await (const _ of queue) break;
    await drained;
  });
});
