import { START, type Comparison, type Estimate } from './comparison';
import { at } from './matrix';

/** Points that a comparison moves at most. */
const K = 32;
const SCALE = 400;
/** Resamples for the confidence intervals. */
const ROUNDS = 200;
/** Share of the resamples below the interval, and above it. */
const TAIL = 0.025;

/** Ratings after these comparisons, which count in their order; `times` is how often each one counts, by default once. */
export function eloRatings(models: number, comparisons: readonly Comparison[], times?: Uint16Array): Float64Array {
  const ratings = new Float64Array(models).fill(START);
  comparisons.forEach(({ winner, loser }, index) => {
    for (let left = times?.[index] ?? 1; left > 0; left--) {
      const change = K * (1 - chance(at(ratings, winner), at(ratings, loser)));
      ratings[winner] = at(ratings, winner) + change;
      ratings[loser] = at(ratings, loser) - change;
    }
  });
  return ratings;
}

/** Chance of `rating` to win against `other`. */
const chance = (rating: number, other: number): number => 1 / (1 + 10 ** ((other - rating) / SCALE));

/**
 * Elo ratings. The intervals are percentiles of bootstrap resamples, in which the comparisons stay in order; the same
 * comparisons have the same intervals.
 */
export function elo(models: number, comparisons: readonly Comparison[]): Estimate[] {
  const random = generator(comparisons.length);
  const samples = Array.from({ length: ROUNDS }, () => {
    return eloRatings(models, comparisons, drawTimes(comparisons.length, random));
  });
  return Array.from(eloRatings(models, comparisons), (rating, model) => {
    const sorted = Float64Array.from(samples, (sample) => at(sample, model)).sort();
    return { rating, lower: percentile(sorted, TAIL), upper: percentile(sorted, 1 - TAIL) };
  });
}

/** How often each of `count` items is drawn when `count` are drawn with replacement. */
function drawTimes(count: number, random: () => number): Uint16Array {
  const times = new Uint16Array(count);
  for (let drawn = 0; drawn < count; drawn++) {
    const index = Math.floor(random() * count);
    times[index] = (times[index] as number) + 1;
  }
  return times;
}

const percentile = (sorted: Float64Array, share: number): number => at(sorted, Math.round(share * (sorted.length - 1)));

/** Mulberry32: numbers from 0 to 1, the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
