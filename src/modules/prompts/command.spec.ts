import { BadRequestError } from '../../common/errors/app-error';
import { toCommand } from './command';

describe('toCommand', () => {
  it.each([
    ['/summarize', '/summarize'],
    ['summarize', '/summarize'],
    ['/Été-2_ü.md', '/Été-2_ü.md'],
    ['/50%?#', '/50%?#'],
    ['...', '/...'],
  ])('takes %j as %j', (text, command) => {
    expect(toCommand(text)).toBe(command);
  });

  it.each(['', '/', '//', '/a/b', 'a/', '/a b', '/a\n', '\u00a0', '.', '/..'])('refuses %j', (text) => {
    expect(() => toCommand(text)).toThrow(BadRequestError);
  });
});
