import fc from 'fast-check';
import { ACCENTS } from './languages';
import { searchableQuery, searchableText, toVectorText } from './searchable-text';

describe('searchableText', () => {
  it.each([
    ['The Cat’s  “pyjamas”!', 'the cat s pyjamas'],
    ['RAG_EMBEDDING_ENGINE=openai', 'rag embedding engine openai'],
    ['ﬁle № １２', 'file no 12'],
    ['Ärger über Öl', 'ärger über öl'],
    ['हिन्दी भाषा', 'हिन्दी भाषा'],
    ['', ''],
    ['?!', ''],
  ])('gives the words of %j in lower case', (text, words) => {
    expect(searchableText(text)).toEqual({ words, grams: [] });
  });

  it('gives each character and each pair where words are not separated', () => {
    expect(searchableText('黒い猫')).toEqual({ words: '', grams: ['黒', 'い', '猫', '黒い', 'い猫'] });
    expect(searchableText('Nest入門').words).toBe('nest');
    expect(searchableText('Nest入門v2').grams).toEqual(['入', '門', '入門']);
  });

  it('asks for pairs alone, except for a single character', () => {
    expect(searchableQuery('黒い猫 犬').grams).toEqual(['黒い', 'い猫', '犬']);
  });

  it('joins no characters across a space', () => {
    expect(searchableText('猫 犬').grams).toEqual(['猫', '犬']);
  });

  it('cuts long words and long texts', () => {
    expect(searchableText('x'.repeat(5000)).words).toHaveLength(100);
    expect(searchableText('ab '.repeat(100_000)).words.length).toBeLessThanOrEqual(100_000);
  });

  it('finds in the text whatever part of it is asked for, and gives no characters with a meaning for PostgreSQL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, text) => {
        const whole = searchableText(`${before} ${text}`);
        const query = searchableQuery(text);
        const grams = new Set(whole.grams);
        expect(query.grams.every((gram) => grams.has(gram))).toBe(true);
        expect(`${whole.words}${whole.grams.join('')}`).not.toMatch(/['"\\&|!:*()<>]/);
      }),
    );
  });
});

describe('toVectorText', () => {
  it('counts and places each gram', () => {
    expect(toVectorText(['猫', '犬', '猫'])).toBe(`'猫':1,3 '犬':2`);
    expect(toVectorText([])).toBe('');
  });

  it('keeps as many positions as PostgreSQL does', () => {
    expect(toVectorText(Array<string>(1000).fill('猫')).split(',')).toHaveLength(200);
  });
});

describe('ACCENTS', () => {
  it('maps letters one to one, in lower case', () => {
    expect([...ACCENTS.from]).toHaveLength([...ACCENTS.to].length);
    const without = (text: string) =>
      [...text].map((letter) => ACCENTS.to[ACCENTS.from.indexOf(letter)] ?? letter).join('');
    expect(without('éàçüñøłảß')).toBe('eacunolaß');
    expect(without('й')).toBe('й');
  });
});
