import { NamePattern } from './name-pattern';

describe('NamePattern', () => {
  it.each([
    ['N*.TXT', 'notes.txt', true],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['notes', 'notes.txt', false],
    ['[n]ote?.txt', 'notes.txt', true],
    ['[!n]ote?.txt', 'notes.txt', false],
    ['[a-c]x', 'Bx', true],
    ['[a-c]x', 'dx', false],
    ['[]]x', ']x', true],
    ['[x', '[x', true],
    ['*a*b*', 'xaybz', true],
    ['*.p?f', 'a.b.pdf', true],
    ['a?', 'a', false],
    ['ü*', 'Über.md', true],
    ['?.md', '😀.md', true],
    ['a.c', 'abc', false],
    ['50%_\\', '50%_\\', true],
  ])('%j on %j: %p', (pattern, name, expected) => {
    expect(new NamePattern(pattern).matches(name)).toBe(expected);
  });

  it('ends soon with many stars', () => {
    expect(new NamePattern(`${'*a'.repeat(250)}b`).matches('a'.repeat(255))).toBe(false);
  });

  it('has a wider pattern for SQL', () => {
    expect(new NamePattern('a*[b]?_%\\ü.txt').like).toBe('a%__\\_\\%\\\\%.txt');
  });
});
