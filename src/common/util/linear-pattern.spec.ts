import * as fc from 'fast-check';
import { linearPattern } from './linear-pattern';

const PATTERNS = [
  '',
  'a',
  '^a$',
  'a|b',
  '^(a|bc|)d',
  'a*b+c?',
  '(ab)*$',
  '^(?:a|b){2,3}$',
  'a{0}b',
  '^a{2}$',
  '^(a{1,}b?){2,}$',
  '(a*)*b',
  '(a|a)*c',
  '(^a|b$|c)d?',
  '[a-c]x|[^a]y',
  '[\\]^a]+$',
  '\\d+$',
  '\\w\\s?\\W',
  '\\ba\\b',
  'a\\Bb',
  '\\u{1F600}+|\\p{Lu}a',
  'a.b',
  '\\(a\\)|\\|',
  '^(a(b|c(d|a)*)?)+$',
  'a+?b??c*?',
  '((a|b)(c|d)){1,2}',
  '(a|b|)*?c',
  '(a{0,2}|b+)*$',
  '^(a|b){0,}c',
  '(|a)+b',
];

describe('linearPattern', () => {
  it.each(PATTERNS)('finds %j where a regular expression does', (pattern) => {
    const expression = new RegExp(pattern, 'u');
    const test = linearPattern(pattern);
    const text = fc.string({ unit: fc.constantFrom(...'aabbccdxyA1 ()|]^.\n😀'), maxLength: 12 });
    fc.assert(fc.property(text, (value) => test(value) === expression.test(value)));
  });

  it.each(['(a+)+$', '(a|a)*b', '(.*)*x', 'a*a*a*a*a*a*a*b'])('is linear for %j', (pattern) => {
    expect(linearPattern(`^${pattern}`)(`${'a'.repeat(20_000)}!`)).toBe(false);
  });

  it.each([
    '(',
    '[a',
    'a**',
    '(?=a)',
    '(?<!a)b',
    '(?<n>a)',
    '(a)\\1',
    '\\k',
    'a{1001}{1001}',
    'a'.repeat(1001),
    '(a{50}){50}',
  ])('refuses %j', (pattern) => expect(() => linearPattern(pattern)).toThrow(SyntaxError));
});
