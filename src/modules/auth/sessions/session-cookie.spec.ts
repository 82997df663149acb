import { invalidTokenCookies, signOutCookies, tokenCookie } from './session-cookie';

const nameOf = (cookie: string) => cookie.split('=')[0];

describe('tokenCookie', () => {
  it('ends with the token', () =>
    expect(tokenCookie('t', 1_900_000_000, { sameSite: 'lax', isSecure: false })).toBe(
      'token=t; expires=Sun, 17 Mar 2030 17:46:40 GMT; HttpOnly; Path=/; SameSite=lax',
    ));

  it('ends with the browser for a token without end; Secure comes last', () =>
    expect(tokenCookie('t', null, { sameSite: 'strict', isSecure: true })).toBe(
      'token=t; HttpOnly; Path=/; SameSite=strict; Secure',
    ));
});

describe('deleting cookies', () => {
  it('has the form of the contract', () =>
    expect(signOutCookies(undefined)[0]).toMatch(
      /^token=""; expires=\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT; Max-Age=0; Path=\/; SameSite=lax$/,
    ));

  it('at sign-out takes the usual ones, and those that were sent', () => {
    expect(signOutCookies(undefined).map(nameOf)).toEqual(['token', 'owui-session', 'oauth_id_token']);
    expect(signOutCookies('oauth_session_id=x').map(nameOf)).toContain('oauth_session_id');
  });

  it('for a dead token takes only what was sent', () => {
    expect(invalidTokenCookies('other=1; token=x').map(nameOf)).toEqual(['token']);
    expect(invalidTokenCookies(undefined)).toEqual([]);
  });
});
