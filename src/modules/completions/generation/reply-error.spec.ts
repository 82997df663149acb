import { NotFoundError, RelayedError } from '../../../common/errors/app-error';
import { errorContentOf, ReplyError } from './reply-error';

describe('errorContentOf', () => {
  const relayed = (body: unknown) => errorContentOf(new RelayedError(400, body, 'fallback'));

  it.each([
    [{ error: { message: 'm', code: 1 } }, { message: 'm', code: 1 }],
    [{ error: { detail: 'inner', message: 'm' } }, 'inner'],
    [{ error: 'text' }, 'text'],
    [{ detail: 'detail' }, 'detail'],
    [{ message: 'message' }, 'message'],
    [[{ error: { message: 'g' } }], { message: 'g' }],
    ['plain', 'plain'],
    ['', 'fallback'],
    [{}, 'fallback'],
    [{ error: {} }, 'fallback'],
    [null, 'fallback'],
  ])('finds in %j what the provider said', (body, expected) => {
    expect(relayed(body)).toEqual(expected);
  });

  it('puts the status before own refusals, and hides unexpected errors', () => {
    expect(errorContentOf(new NotFoundError('gone'))).toBe('404: gone');
    expect(errorContentOf(new Error('secret'))).toBe('Internal Server Error');
    expect(errorContentOf(new ReplyError('said so'))).toBe('said so');
  });
});
