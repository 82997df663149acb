import { admits } from './json-answer';

describe('admits', () => {
  it.each([
    [undefined, true],
    ['*', true],
    ['"7"', true],
    ['"6", "7"', true],
    ['"6"', false],
    ['W/"7"', false],
    ['7', false],
    ['', false],
  ])('%s', (header, expected) => expect(admits(header, 7)).toBe(expected));
});
