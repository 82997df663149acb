import { inEncoding } from './embedding-encoding';

const item = (embedding: unknown) => ({ object: 'embedding', index: 0, embedding });
const answer = { object: 'list', data: [item([0.5, -2])], usage: { prompt_tokens: 1 } };

describe('inEncoding', () => {
  it('writes numbers as base64 when that was asked for', () => {
    expect(inEncoding(answer, 'base64')).toEqual({ ...answer, data: [item('AAAAPwAAAMA=')] });
  });

  it.each([[undefined], ['float'], [null]])('leaves numbers to those who asked for %j', (encoding) => {
    expect(inEncoding(answer, encoding)).toBe(answer);
  });

  it.each([[{ data: [item('AAAAPw==')] }], [{ data: 'x' }], [{ data: [null, item([1, 'x']), item(null)] }], [{}]])(
    'leaves %j as it is',
    (other) => expect(inEncoding(other, 'base64')).toEqual(other),
  );
});
