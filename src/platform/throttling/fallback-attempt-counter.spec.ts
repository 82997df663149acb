import { AttemptCounter } from './attempt-counter';
import { FallbackAttemptCounter } from './fallback-attempt-counter';
import { MemoryAttemptCounter } from './memory-attempt-counter';
import { sumOf } from './tally';

class Broken extends AttemptCounter {
  hit = () => Promise.reject(new Error('away'));
  peek = () => Promise.reject(new Error('away'));
  refund = () => Promise.reject(new Error('away'));
}

describe('FallbackAttemptCounter', () => {
  it('asks the shared counter', async () => {
    const shared = new MemoryAttemptCounter();
    await shared.hit('a', 9);
    const counter = new FallbackAttemptCounter(shared, new MemoryAttemptCounter());
    expect(sumOf(await counter.hit('a', 9))).toBe(1);
    expect(sumOf(await shared.peek('a'))).toBe(2);
  });

  it('keeps the limit during an outage, with what it counted before', async () => {
    const own = new MemoryAttemptCounter();
    const before = new FallbackAttemptCounter(new MemoryAttemptCounter(), own);
    await before.hit('a', 9);
    const during = new FallbackAttemptCounter(new Broken(), own);
    expect(sumOf(await during.hit('a', 9))).toBe(1);
    expect(sumOf(await during.peek('a'))).toBe(2);
    await during.refund('a');
    expect(sumOf(await during.peek('a'))).toBe(1);
  });
});
