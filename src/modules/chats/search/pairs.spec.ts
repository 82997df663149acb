import fc from 'fast-check';
import { pairsOf } from './pairs';

describe('pairsOf', () => {
  it('has for each part of a text nothing that it has not for the whole', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 });
    fc.assert(
      fc.property(text, text, text, (before, part, after) => {
        const whole = new Set(pairsOf(before + part + after));
        expect(pairsOf(part).every((pair) => whole.has(pair))).toBe(true);
      }),
    );
  });

  it('distinguishes texts without a common pair', () => {
    const has = (text: string, part: string) => pairsOf(part).every((pair) => pairsOf(text).includes(pair));
    expect(has('检索引擎', '索引')).toBe(true);
    expect(has('检索引擎', '引索')).toBe(false);
    expect(has('std::vector', '::')).toBe(true);
    expect(has('a:b:c', '::')).toBe(false);
    expect(has('abc', 'ca')).toBe(false);
    expect(has('abc', 'd')).toBe(false);
  });

  it('has each number once', () => {
    expect(pairsOf('aaaa')).toHaveLength(2);
    expect(pairsOf('')).toEqual([]);
  });
});
