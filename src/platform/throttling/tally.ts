/** Attempts are counted per minute; the current one and the three before it make the window: 180 to 240 seconds. */
export const WINDOW_MINUTES = 4;

/** The counts of a window, the current minute first. */
export type Tally = readonly number[];

export const minuteOf = (now: number): number => Math.floor(now / 60_000);

export const sumOf = (tally: Tally): number => tally.reduce((sum, count) => sum + count, 0);

/** Seconds until enough minutes have left the window for another attempt; 0 when one is possible now. `now` in ms. */
export function secondsUntilBelow(tally: Tally, limit: number, now: number): number {
  let sum = sumOf(tally);
  for (let age = WINDOW_MINUTES - 1; age >= 0 && sum >= limit; age--) {
    sum -= tally[age] ?? 0;
    if (sum < limit) return (minuteOf(now) - age + WINDOW_MINUTES) * 60 - now / 1000;
  }
  return 0;
}
