import type { IncomingHttpHeaders } from 'node:http';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Origins whose pages may send requests with this server's cookie. */
export interface TrustedOrigins {
  /** `Host` as the browser sees it. */
  host: string | undefined;
  origins: readonly string[];
}

/**
 * True for a change that a page of another site may have requested: browsers attach cookies automatically, so a cookie
 * does not prove intent. Clients other than browsers send neither header.
 */
export function isForgeable(method: string, headers: IncomingHttpHeaders, trusted: TrustedOrigins): boolean {
  if (SAFE_METHODS.has(method)) return false;
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return false;
  const { origin } = headers;
  if (origin === undefined) return site !== undefined;
  return !trusted.origins.includes(origin) && !isSameHost(origin, trusted.host);
}

/** Without the scheme, which is unknown behind a proxy that terminates TLS. */
function isSameHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** `Sec-Fetch-Dest` of navigations and scripts, as opposed to embedded resources. */
const REQUESTED = new Set(['document', 'empty']);

/**
 * True for an image, frame, script or other embedded resource: browsers attach cookies to it although the user did not
 * request its URL.
 */
export function isEmbedded(headers: IncomingHttpHeaders): boolean {
  const destination = headers['sec-fetch-dest'];
  return destination !== undefined && !REQUESTED.has(destination);
}
