import fc from 'fast-check';
import { textSlices, utf8Slices } from './text-slices';

describe('textSlices', () => {
  it.each([
    [[], []],
    [[''], []],
    [['abcdef'], ['abcd', 'ef']],
    [
      ['ab', 'cde', 'f'],
      ['abcd', 'ef'],
    ],
    [['abc🦆def'], ['abc🦆', 'def']],
    [['abcdefghij'], ['abcd', 'efgh', 'ij']],
  ])('%j', (pieces, expected) => expect([...textSlices(pieces, 4)]).toEqual(expected));

  it('keeps the text and every character whole', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.integer({ min: 1, max: 5 }), (pieces, size) => {
        const slices = [...textSlices(pieces, size)];
        expect(slices.join('')).toBe(pieces.join(''));
        for (const slice of slices) {
          expect(slice.length).toBeLessThanOrEqual(size + 1);
          expect(slice).not.toMatch(/[\ud800-\udbff]$/);
        }
      }),
    );
  });
});

describe('utf8Slices', () => {
  it('encodes all of the text', () => {
    const pieces = ['ab🦆'.repeat(30_000), '', 'é', '語'.repeat(100_000)];
    const texts: string[] = [];
    for (const bytes of utf8Slices(pieces, 200_000)) texts.push(bytes.toString());
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.join('') === pieces.join('')).toBe(true);
  });
});
