import { MemoryAttemptCounter } from './memory-attempt-counter';

describe('MemoryAttemptCounter', () => {
  let now = 60_000 * 1000;
  const counter = () => new MemoryAttemptCounter(() => now);
  beforeEach(() => (now = 60_000 * 1000));

  it('tells the attempts before this one', async () => {
    const attempts = counter();
    expect(await attempts.hit('a', 3)).toEqual([0, 0, 0, 0]);
    expect(await attempts.hit('a', 3)).toEqual([1, 0, 0, 0]);
    expect(await attempts.hit('b', 3)).toEqual([0, 0, 0, 0]);
  });

  it('does not count what is refused', async () => {
    const attempts = counter();
    for (let i = 0; i < 5; i++) await attempts.hit('a', 2);
    expect(await attempts.peek('a')).toEqual([2, 0, 0, 0]);
  });

  it('forgets after four minutes', async () => {
    const attempts = counter();
    await attempts.hit('a', 9);
    now += 60_000;
    await attempts.hit('a', 9);
    now += 2 * 60_000;
    expect(await attempts.peek('a')).toEqual([0, 0, 1, 1]);
    now += 60_000;
    expect(await attempts.hit('a', 9)).toEqual([0, 0, 0, 1]);
    now += 60 * 60_000;
    expect(await attempts.peek('a')).toEqual([0, 0, 0, 0]);
  });

  it('takes attempts back, but not below zero', async () => {
    const attempts = counter();
    await attempts.hit('a', 9);
    await attempts.refund('a');
    await attempts.refund('a');
    expect(await attempts.peek('a')).toEqual([0, 0, 0, 0]);
  });

  it('forgets what was counted longest ago when there are too many keys', async () => {
    const attempts = new MemoryAttemptCounter(() => now, 3);
    await attempts.hit('a', 9);
    await attempts.hit('b', 9);
    await attempts.hit('c', 9);
    await attempts.hit('a', 9);
    await attempts.hit('d', 9);
    expect(await attempts.peek('a')).toEqual([2, 0, 0, 0]);
    expect(await attempts.peek('b')).toEqual([0, 0, 0, 0]);
  });
});
