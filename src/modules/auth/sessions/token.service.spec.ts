import { claimsOf } from './token.service';

describe('claimsOf', () => {
  it('reads the claims', () =>
    expect(claimsOf({ id: 'u', jti: 'j', ver: 3, exp: 9 })).toEqual({
      userId: 'u',
      jti: 'j',
      version: 3,
      expiresAt: 9,
    }));

  it('accepts tokens without version and expiry', () =>
    expect(claimsOf({ id: 'u', jti: 'j' })).toEqual({ userId: 'u', jti: 'j', version: 0, expiresAt: null }));

  it.each([
    null,
    'text',
    [],
    {},
    { jti: 'j' },
    { id: 'u' },
    { id: '', jti: 'j' },
    { id: 0, jti: 'j' },
    { id: 1, jti: 'j' },
    { id: ['u'], jti: 'j' },
    { id: 'u', jti: 7 },
    { id: 'u', jti: 'j', ver: '0' },
    { id: 'u', jti: 'j', ver: 0.5 },
    { id: 'u', jti: 'j', exp: 'never' },
  ])('rejects %j', (payload) => expect(claimsOf(payload)).toBeNull());
});
