import { withoutNoise } from './without-noise';

/** The same as one expression, which takes minutes for hostile texts. */
const plain = (text: string) => text.replace(/<details\b[^>]*>.*?<\/details>|!\[.*?\]\(.*?\)/gis, '');

const PARTS = [
  '<details',
  ' type="x"',
  '>',
  '</DETAILS>',
  '</details>',
  '![',
  '](',
  ')',
  ']',
  '(',
  'a',
  '\n',
  '!',
  '<',
];

describe('withoutNoise', () => {
  it.each([
    'one <details type="reasoning">\nwhy\n</details>two ![image](data:x)![b](c)',
    '<detailsx></details> <DETAILS></Details>!',
    '![a] (b) ![c](d ![e](f)',
    '<details></details',
    '<details a="![x](y)">![</details>](z)',
  ])('%j', (text) => expect(withoutNoise(text)).toBe(plain(text)));

  it('finds what the expression finds', () => {
    let seed = 1;
    const next = () => (seed = (seed * 48_271) % 2_147_483_647);
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({ length: 12 }, () => PARTS[next() % PARTS.length]).join('');
      expect([text, withoutNoise(text)]).toEqual([text, plain(text)]);
    }
  });

  it.each(['![', '<details ', '<details>', '![](', '![]'])('takes little time for %s repeated', (part) => {
    const text = part.repeat(500_000);
    expect(withoutNoise(text)).toBe(text);
  });
});
