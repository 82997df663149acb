import { Semaphore } from './semaphore';

describe('Semaphore', () => {
  it('runs no more than its limit at once, in order', async () => {
    const semaphore = new Semaphore(2);
    let running = 0;
    let most = 0;
    const order: number[] = [];
    const task = (id: number) => async () => {
      most = Math.max(most, ++running);
      order.push(id);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return id;
    };
    const results = Promise.all([1, 2, 3, 4, 5].map((id) => semaphore.run(task(id))));
    expect(semaphore.waiting).toBe(3);
    expect(await results).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
    expect(order).toEqual([1, 2, 3, 4, 5]);
  });

  it('weighs tasks: a heavy one waits for capacity, and none overtakes it', async () => {
    const semaphore = new Semaphore(10);
    const ends = new Map<string, () => void>();
    const task = (name: string, weight: number) =>
      semaphore.run(() => new Promise<void>((resolve) => ends.set(name, resolve)), weight);
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const tasks = [task('a', 6), task('b', 5), task('c', 1), task('too heavy', 99)];
    await turn();
    expect([...ends.keys()]).toEqual(['a']);
    ends.get('a')?.();
    await turn();
    expect([...ends.keys()]).toEqual(['a', 'b', 'c']);
    ends.get('b')?.();
    ends.get('c')?.();
    await turn();
    expect([...ends.keys()]).toEqual(['a', 'b', 'c', 'too heavy']);
    ends.get('too heavy')?.();
    await Promise.all(tasks);
  });

  it('continues after a failure', async () => {
    const semaphore = new Semaphore(1);
    await expect(semaphore.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await semaphore.run(() => Promise.resolve(1))).toBe(1);
  });
});
