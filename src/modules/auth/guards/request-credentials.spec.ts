import { credentialOf, sentToken } from './request-credentials';

const key = `sk-${'0'.repeat(32)}`;

describe('credentialOf', () => {
  it.each([
    ['Bearer', { authorization: 'Bearer a.b.c' }, 'bearer', 'jwt', 'a.b.c'],
    ['another spelling', { authorization: 'bEARER a.b.c' }, 'bearer', 'jwt', 'a.b.c'],
    [
      'Bearer before all others',
      { authorization: 'Bearer x', 'x-api-key': key, cookie: 'token=y' },
      'bearer',
      'jwt',
      'x',
    ],
    ['a key as Bearer', { authorization: `Bearer ${key}` }, 'bearer', 'api_key', key],
    ['x-api-key', { 'x-api-key': key }, 'x-api-key', 'api_key', key],
    ['x-api-key before the cookie', { 'x-api-key': key, cookie: 'token=y' }, 'x-api-key', 'api_key', key],
    ['the cookie', { cookie: 'a=b; token=y' }, 'cookie', 'jwt', 'y'],
    ['the cookie after another scheme', { authorization: 'Basic x', cookie: 'token=y' }, 'cookie', 'jwt', 'y'],
    ['a key in the cookie', { cookie: `token=${key}` }, 'cookie', 'api_key', key],
  ])('reads %s', (_, headers, carrier, kind, token) => expect(credentialOf(headers)).toEqual({ carrier, kind, token }));

  it.each(['', 'Bearer', 'Bearer ', 'Bearer a b', 'garbage', 'Basic x', ' ', `Bearer${'x'.repeat(10_000)}`])(
    'finds nothing in the header %p',
    (authorization) => expect(credentialOf({ authorization })).toBeNull(),
  );

  it('finds nothing in an empty cookie', () => expect(credentialOf({ cookie: 'token=; =; ;;' })).toBeNull());
});

describe('sentToken', () => {
  it('takes any scheme', () => expect(sentToken({ authorization: 'Token x', cookie: 'token=y' })).toBe('x'));
  it('falls back to the cookie', () => expect(sentToken({ authorization: 'garbage', cookie: 'token=y' })).toBe('y'));
  it('may find nothing', () => expect(sentToken({})).toBeNull());
});
