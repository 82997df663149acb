import { cookiesOf } from '../../common/http/cookies';
import { TOKEN_COOKIE } from './request-credentials';

export interface CookieOptions {
  sameSite: string;
  isSecure: boolean;
}

/** What proves a session or belongs to it. */
const SESSION_COOKIES = [TOKEN_COOKIE, 'oauth_id_token', 'oauth_session_id'];
/** Deleted at sign-out even if they were not sent. */
const SIGN_OUT_COOKIES = [TOKEN_COOKIE, 'owui-session', 'oauth_id_token'];

/** `Set-Cookie` for a session token. `expiresAt` in Unix seconds; null ends with the browser session. */
export function tokenCookie(token: string, expiresAt: number | null, { sameSite, isSecure }: CookieOptions): string {
  const expires = expiresAt === null ? '' : `; expires=${new Date(expiresAt * 1000).toUTCString()}`;
  return `${TOKEN_COOKIE}=${token}${expires}; HttpOnly; Path=/; SameSite=${sameSite}${isSecure ? '; Secure' : ''}`;
}

const deletion = (name: string): string =>
  `${name}=""; expires=${new Date().toUTCString()}; Max-Age=0; Path=/; SameSite=lax`;

/** `Set-Cookie` values that end a session in the browser. */
export function signOutCookies(cookieHeader: string | undefined): string[] {
  return [...new Set([...SIGN_OUT_COOKIES, ...sentCookies(cookieHeader)])].map(deletion);
}

/** `Set-Cookie` values for a request whose token is dead: only cookies that the browser still has. */
export function deadTokenCookies(cookieHeader: string | undefined): string[] {
  return sentCookies(cookieHeader).map(deletion);
}

function sentCookies(cookieHeader: string | undefined): string[] {
  const sent = cookiesOf(cookieHeader);
  return SESSION_COOKIES.filter((name) => name in sent);
}
