import { secondsUntilBelow, sumOf } from './tally';

/** Ten seconds into a minute. */
const NOW = 1000 * 60_000 + 10_000;

describe('secondsUntilBelow', () => {
  it('is zero below the limit', () => expect(secondsUntilBelow([3, 0, 0, 0], 4, NOW)).toBe(0));

  it('waits until the current minute has left the window', () =>
    expect(secondsUntilBelow([15, 0, 0, 0], 15, NOW)).toBe(230));

  it('waits for the oldest attempts that are too many', () => {
    expect(secondsUntilBelow([5, 5, 5, 1], 16, NOW)).toBe(50);
    expect(secondsUntilBelow([5, 5, 5, 1], 12, NOW)).toBe(50 + 60);
  });
});

describe('sumOf', () => it('adds all minutes', () => expect(sumOf([1, 2, 3, 4])).toBe(10)));
