import { cookiesOf } from '../../../common/http/cookies';
import { TOKEN_COOKIE } from '../guards/request-credentials';

export interface CookieOptions {
  sameSite: string;
  isSecure: boolean;
}

/** Cookies of a session. */
const SESSION_COOKIES = [TOKEN_COOKIE, 'oauth_id_token', 'oauth_session_id'];
/** Deleted at sign-out even if the browser did not send them. */
const SIGN_OUT_COOKIES = [TOKEN_COOKIE, 'owui-session', 'oauth_id_token'];

/** `Set-Cookie` of a session token. `expiresAt` is in Unix seconds; null makes a browser-session cookie. */
export function tokenCookie(token: string, expiresAt: number | null, { sameSite, isSecure }: CookieOptions): string {
  const expires = expiresAt === null ? '' : `; expires=${new Date(expiresAt * 1000).toUTCString()}`;
  return `${TOKEN_COOKIE}=${token}${expires}; HttpOnly; Path=/; SameSite=${sameSite}${isSecure ? '; Secure' : ''}`;
}

const deletion = (name: string): string =>
  `${name}=""; expires=${new Date().toUTCString()}; Max-Age=0; Path=/; SameSite=lax`;

/** `Set-Cookie` values for sign-out. */
export function signOutCookies(cookieHeader: string | undefined): string[] {
  return [...new Set([...SIGN_OUT_COOKIES, ...sentCookies(cookieHeader)])].map(deletion);
}

/** `Set-Cookie` values for a 401: deletes only the session cookies that the browser sent. */
export function invalidTokenCookies(cookieHeader: string | undefined): string[] {
  return sentCookies(cookieHeader).map(deletion);
}

function sentCookies(cookieHeader: string | undefined): string[] {
  const sent = cookiesOf(cookieHeader);
  return SESSION_COOKIES.filter((name) => name in sent);
}
