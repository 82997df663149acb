import { isJsonObject } from '../../../../common/util/json';
import type { CookieOptions } from '../../sessions/session-cookie';

/** A sign-in in progress at a provider. Stored encrypted in a cookie of the browser. */
export interface OAuthFlow {
  provider: string;
  state: string;
  nonce: string;
  verifier: string;
  redirectUri: string;
  /** Unix seconds. */
  startedAt: number;
}

/** Time limit of a sign-in in seconds. */
const MAX_AGE = 1800;
/** Sign-ins in progress per browser; the cookie must stay small. */
const MAX_FLOWS = 3;

/** Adds a flow and drops the oldest ones over the limit. */
export const withFlow = (flows: readonly OAuthFlow[], flow: OAuthFlow): OAuthFlow[] =>
  [...flows, flow].slice(-MAX_FLOWS);

/** The flow of this provider and state, unless it expired. */
export const flowOf = (
  flows: readonly OAuthFlow[],
  { provider, state, now }: { provider: string; state: string; now: number },
): OAuthFlow | undefined =>
  flows.find((flow) => flow.provider === provider && flow.state === state && now - flow.startedAt < MAX_AGE);

export function parseFlows(text: string): OAuthFlow[] {
  const flows: unknown = JSON.parse(text);
  return Array.isArray(flows) ? flows.filter(isFlow) : [];
}

const STRINGS = ['provider', 'state', 'nonce', 'verifier', 'redirectUri'] as const;

const isFlow = (value: unknown): value is OAuthFlow =>
  isJsonObject(value) &&
  STRINGS.every((name) => typeof value[name] === 'string') &&
  typeof value.startedAt === 'number';

/** Cookie names that existing clients and sign-out know. */
export const FLOW_COOKIE = 'owui-session';
export const SESSION_ID_COOKIE = 'oauth_session_id';

const TWO_WEEKS = 1_209_600;

/** `Strict` would withhold the cookie on the redirect back from the provider. */
const flowSite = ({ sameSite }: CookieOptions): string => (sameSite === 'strict' ? 'lax' : sameSite);

export const flowCookie = (value: string, options: CookieOptions): string =>
  `${FLOW_COOKIE}=${value}; path=/; Max-Age=${TWO_WEEKS}; httponly; samesite=${flowSite(options)}${options.isSecure ? '; secure' : ''}`;

export const flowDeletion = (options: CookieOptions): string =>
  `${FLOW_COOKIE}=null; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT; httponly; samesite=${flowSite(options)}`;

/** Cookies of the browser session. Scripts can read only the token: the login page takes it over (contract). */
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
