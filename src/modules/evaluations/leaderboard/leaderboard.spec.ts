import fc from 'fast-check';
import { bradleyTerry } from './bradley-terry';
import { compare, type Comparison } from './comparison';
import { elo, eloRatings } from './elo';

const beats = (winner: number, loser: number): Comparison => ({ winner, loser });
const times = (count: number, ...comparisons: Comparison[]): Comparison[] =>
  Array.from({ length: count }, () => comparisons).flat();
const BOUNDS = { models: 10, comparisons: 10 };
const reply = (modelId: string, isPreferred: boolean, ...otherIds: string[]) => ({ modelId, isPreferred, otherIds });

describe('compare', () => {
  it('makes one comparison for each other reply', () => {
    expect(compare([reply('a', true, 'b', 'c'), reply('b', false, 'a')], BOUNDS)).toEqual({
      modelIds: ['a', 'b', 'c'],
      comparisons: [beats(0, 1), beats(0, 2), beats(0, 1)],
      isTruncated: false,
    });
  });

  it('skips comparisons of a model with itself', () => {
    expect(compare([reply('a', true, 'a')], BOUNDS)).toEqual({ modelIds: [], comparisons: [], isTruncated: false });
  });

  it('stops at its bounds', () => {
    const replies = [reply('a', true, 'b'), reply('a', true, 'c'), reply('a', true, 'b')];
    expect(compare(replies, { models: 2, comparisons: 9 })).toEqual({
      modelIds: ['a', 'b'],
      comparisons: [beats(0, 1), beats(0, 1)],
      isTruncated: true,
    });
    expect(compare(replies, { models: 9, comparisons: 1 })).toMatchObject({
      comparisons: [beats(0, 1)],
      isTruncated: true,
    });
  });
});

describe('eloRatings', () => {
  it.each([
    ['equal models: 32 × 1/2', [beats(0, 1)], [1016, 984]],
    // Expected 1/(1+10^(-32/400)) = 0.545922: the favourite gains 32 × 0.454078, or loses 32 × 0.545922.
    ['the favourite wins again', [beats(0, 1), beats(0, 1)], [1030.5305, 969.4695]],
    ['the favourite loses', [beats(0, 1), beats(1, 0)], [998.5305, 1001.4695]],
    // The third model has 1000 against 1016: 1/(1+10^(-16/400)) = 0.523010; 32 × 0.476990 = 15.2637.
    ['a third model', [beats(0, 1), beats(0, 2)], [1031.2637, 984, 984.7363]],
  ])('%s', (_, comparisons, expected) => {
    const ratings = eloRatings(expected.length, comparisons);
    expected.forEach((rating, model) => expect(ratings[model]).toBeCloseTo(rating, 3));
  });

  it('counts a comparison as often as it is drawn', () => {
    const drawn = eloRatings(2, [beats(0, 1), beats(1, 0)], Uint16Array.of(2, 0));
    expect(drawn).toEqual(eloRatings(2, times(2, beats(0, 1))));
  });
});

describe('elo', () => {
  it('gives intervals that are the same for the same comparisons, and wide for few', () => {
    const few = elo(2, times(5, beats(0, 1), beats(1, 0)));
    expect(few).toEqual(elo(2, times(5, beats(0, 1), beats(1, 0))));
    for (const { rating, lower, upper } of few) {
      expect(lower).toBeLessThan(rating);
      expect(upper).toBeGreaterThan(rating);
    }
  });

  it('is certain without a draw', () => {
    expect(elo(2, [beats(0, 1)])).toEqual([
      { rating: 1016, lower: 1016, upper: 1016 },
      { rating: 984, lower: 984, upper: 984 },
    ]);
  });
});

describe('bradleyTerry', () => {
  it('is what the equations of two models give', () => {
    // 25 wins of 30, and 6 draws of each against 1000. With odds u for the first: 30 u²/(1+u²) + 6 u/(1+u) = 25 + 3 at
    // u = 2: 24 + 4. So it has 400 log10(2) = 120.412 more than 1000. Information: 30 × 0.8 × 0.2 + 6 × 2/9 = 92/15 on
    // the diagonal, -72/15 beside it; the variance is 92/15 / ((92² - 72²)/15²) = 1380/3280.
    const [first, second] = bradleyTerry(2, [...times(25, beats(0, 1)), ...times(5, beats(1, 0))], 6);
    const margin = 1.959964 * Math.sqrt(1380 / 3280) * 173.717793;
    expect(first?.rating).toBeCloseTo(1120.412, 3);
    expect(second?.rating).toBeCloseTo(879.588, 3);
    expect([first?.lower, first?.upper]).toEqual([
      expect.closeTo(1120.412 - margin, 2),
      expect.closeTo(1120.412 + margin, 2),
    ]);
  });

  it('approaches the odds of the wins as the prior vanishes', () => {
    // 3 of 4: ln(3) apart, 400 log10(3) = 190.849.
    const [first, second] = bradleyTerry(2, [...times(3, beats(0, 1)), beats(1, 0)], 1e-6);
    expect(Number(first?.rating) - Number(second?.rating)).toBeCloseTo(190.849, 2);
  });

  it('ranks a cycle equal', () => {
    for (const { rating } of bradleyTerry(3, [beats(0, 1), beats(1, 2), beats(2, 0)])) expect(rating).toBeCloseTo(1000);
  });

  it('has finite results for any winner, and more wins never lower a rating', () => {
    const pairs = fc
      .tuple(fc.nat(5), fc.nat(5))
      .filter(([winner, loser]) => winner !== loser)
      .map(([winner, loser]) => beats(winner, loser));
    fc.assert(
      fc.property(fc.array(pairs, { minLength: 1, maxLength: 60 }), pairs, (comparisons, more) => {
        const before = bradleyTerry(6, comparisons);
        const after = bradleyTerry(6, [...comparisons, more]);
        for (const { rating, lower, upper } of after)
          expect([lower < rating, rating < upper, Number.isFinite(upper - lower)]).toEqual([true, true, true]);
        expect(after[more.winner]?.rating).toBeGreaterThan(Number(before[more.winner]?.rating) - 1e-6);
      }),
      { numRuns: 60 },
    );
  });
});
