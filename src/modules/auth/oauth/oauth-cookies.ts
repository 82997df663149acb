import type { CookieOptions } from '../session-cookie';

/** Names that existing clients and sign-out know. */
export const FLOW_COOKIE = 'owui-session';
export const SESSION_ID_COOKIE = 'oauth_session_id';

const TWO_WEEKS = 1_209_600;

/** What the browser brings back from the provider: a cookie for the site alone would not come along. */
const flowSite = ({ sameSite }: CookieOptions): string => (sameSite === 'strict' ? 'lax' : sameSite);

export const flowCookie = (value: string, options: CookieOptions): string =>
  `${FLOW_COOKIE}=${value}; path=/; Max-Age=${TWO_WEEKS}; httponly; samesite=${flowSite(options)}${options.isSecure ? '; secure' : ''}`;

export const flowDeletion = (options: CookieOptions): string =>
  `${FLOW_COOKIE}=null; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT; httponly; samesite=${flowSite(options)}`;

/** For the browser session. Only the token is readable by the login page, which takes it over (contract). */
export function signInCookies(
  { token, idToken, sessionId }: { token: string; idToken: string | undefined; sessionId: string | null },
  { sameSite, isSecure }: CookieOptions,
): string[] {
  const end = `Path=/; SameSite=${sameSite}${isSecure ? '; Secure' : ''}`;
  return [
    `token=${token}; ${end}`,
    ...(idToken === undefined ? [] : [`oauth_id_token=${idToken}; HttpOnly; ${end}`]),
    ...(sessionId === null ? [] : [`${SESSION_ID_COOKIE}=${sessionId}; HttpOnly; ${end}`]),
  ];
}
