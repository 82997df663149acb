import type { ValidationError } from '../errors/validation-error';
import { PathIntPipe } from './path-int.pipe';

const parse = (text: string) => new PathIntPipe().transform(text, { type: 'param', data: 'index' });

describe('PathIntPipe', () => {
  it.each([
    ['7', 7],
    ['-1', -1],
    [' 3.0 ', 3],
  ])('reads %j', (text, value) => expect(parse(text)).toBe(value));

  it.each(['abc', '1.5', '', '1e3', '99999999999999999999'])('refuses %j', (text) => {
    try {
      parse(text);
    } catch (error) {
      const [issue] = (error as ValidationError).issues;
      expect(issue).toMatchObject({ type: 'int_parsing', loc: ['path', 'index'], input: text });
      return;
    }
    throw new Error('no error');
  });
});
