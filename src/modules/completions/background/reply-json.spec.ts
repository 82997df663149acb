import { jsonIn, replyTextOf, textsIn } from './reply-json';

describe('the object in a reply', () => {
  it.each([
    ['Sure: {"title": "T"} done', { title: 'T' }],
    ['```json\n{"a": {"b": 1}}\n```', { a: { b: 1 } }],
    ['no json', {}],
    ['} {', {}],
    ['{broken}', {}],
    ['', {}],
  ])('of %j', (text, expected) => {
    expect(jsonIn(text)).toEqual(expected);
  });

  it('is looked for in the text, else in the reasoning', () => {
    const answer = (message: unknown) => replyTextOf({ choices: [{ message }] });
    expect(answer({ content: 'a', reasoning_content: 'b' })).toBe('a');
    expect(answer({ content: '', reasoning_content: 'b' })).toBe('b');
    expect([answer(null), replyTextOf({}), replyTextOf({ choices: 'x' })]).toEqual(['', '', '']);
  });

  it('keeps the texts of a list', () => {
    expect(textsIn(['a', 1, null, 'b'])).toEqual(['a', 'b']);
    expect(textsIn('a')).toBeUndefined();
  });
});
