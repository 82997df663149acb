import { AttemptCounter } from './attempt-counter';

const MINUTE = 60_000;

describe('AttemptCounter', () => {
  let counter: AttemptCounter;
  beforeEach(() => {
    jest.useFakeTimers();
    counter = new AttemptCounter(null);
  });
  afterEach(() => jest.useRealTimers());

  const hits = async (key: string, limit: number, times: number) => {
    const counts = [];
    for (let i = 0; i < times; i++) counts.push(await counter.hit(key, limit));
    return counts;
  };

  it('admits as many attempts as the limit, each key for itself', async () => {
    expect(await hits('a', 2, 3)).toEqual([
      { before: 0, retryAfter: 0 },
      { before: 1, retryAfter: 0 },
      { before: 2, retryAfter: 240 },
    ]);
    expect(await counter.hit('b', 2)).toEqual({ before: 0, retryAfter: 0 });
  });

  it('is not prolonged by refused attempts, and starts anew after the window', async () => {
    await hits('a', 2, 2);
    await jest.advanceTimersByTimeAsync(3 * MINUTE);
    expect((await hits('a', 2, 9)).map(({ retryAfter }) => retryAfter)).toEqual(Array(9).fill(60));
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(await counter.hit('a', 2)).toEqual({ before: 0, retryAfter: 0 });
  });

  it('reads a count without adding to it', async () => {
    expect(await counter.peek('a', 2)).toEqual({ before: 0, retryAfter: 0 });
    await hits('a', 2, 2);
    expect(await counter.peek('a', 3)).toEqual({ before: 2, retryAfter: 0 });
    expect(await counter.peek('a', 2)).toEqual({ before: 2, retryAfter: 240 });
  });

  it('a refund makes room for one attempt, also after refused ones', async () => {
    await hits('a', 2, 5);
    await counter.refund('a');
    expect((await hits('a', 2, 2)).map(({ retryAfter }) => retryAfter)).toEqual([0, 240]);
  });

  it('refunds leave no credit', async () => {
    await counter.refund('a');
    await counter.refund('a');
    expect(await counter.peek('a', 1)).toEqual({ before: 0, retryAfter: 0 });
    expect((await hits('a', 1, 2)).map(({ retryAfter }) => retryAfter)).toEqual([0, 240]);
  });
});
