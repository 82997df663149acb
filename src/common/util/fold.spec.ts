import fc from 'fast-check';
import { fold } from './fold';

describe('fold', () => {
  it.each([
    ['Crème BRÛLÉE', 'creme brulee'],
    ['cre\u0300me', 'creme'],
    ['ŁÓDŹ Øresund Đà Nẵng Ħaż Ŧ', 'lodz oresund da nang haz t'],
    ['ΟΔΥΣΣΕΎΣ οδυσσεύς', 'οδυσσευσ οδυσσευσ'],
    ['İstanbul ISTANBUL ıstanbul', 'istanbul istanbul istanbul'],
    ['Ёлка Йод', 'елка иод'],
    ['ＡＢＣ１２３ ｶﾀｶﾅ', 'abc123 カタカナ'],
    ['がか', 'がか'],
    ['हिन्दी', 'हिन्दी'],
    ['한국어 你好', '한국어 你好'],
    ['const x = a[i] ?? {b: "%_\\"}', 'const x = a[i] ?? {b: "%_\\"}'],
    ['Straße ﬁnd', 'straße ﬁnd'],
    ['𝐀😀', 'a😀'],
  ])('%s', (text, folded) => expect(fold(text)).toBe(folded));

  it('has one character for each of the text in NFC, and changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const folded = fold(text);
        expect([...folded]).toHaveLength([...text.normalize('NFC')].length);
        expect(fold(folded)).toHaveLength(folded.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('of a part is part of the fold', () => {
    const words = fc.array(fc.constantFrom('Ä', 'é', 'x', ' ', 'Σ', '中', '文', '_', '%'), { minLength: 1 });
    fc.assert(
      fc.property(words, words, words, (a, b, c) => {
        expect(fold([...a, ...b, ...c].join(''))).toContain(fold(b.join('')));
      }),
    );
  });
});
