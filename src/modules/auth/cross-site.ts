import type { IncomingHttpHeaders } from 'node:http';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Where pages that may send requests with this server's cookie come from. */
export interface TrustedOrigins {
  /** `Host` as the browser sees it. */
  host: string | undefined;
  origins: readonly string[];
}

/**
 * True for a request that changes something and that a page of somebody else's may have sent: a cookie, which browsers
 * add by themselves, does not prove the user's intention there. Clients that are no browsers send neither header.
 */
export function isForgeable(method: string, headers: IncomingHttpHeaders, trusted: TrustedOrigins): boolean {
  if (SAFE_METHODS.has(method)) return false;
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return false;
  const { origin } = headers;
  if (origin === undefined) return site !== undefined;
  return !trusted.origins.includes(origin) && !isSameHost(origin, trusted.host);
}

/** The scheme is not compared: behind a proxy that ends TLS the server does not know it. */
function isSameHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** What asks for a page or an answer, as opposed to something that a page embeds. */
const ASKED_FOR = new Set(['document', 'empty']);

/**
 * True for a picture, frame, script or the like of some page: the browser sends its cookies with them, although nobody
 * asked for what the address does.
 */
export function isEmbedded(headers: IncomingHttpHeaders): boolean {
  const destination = headers['sec-fetch-dest'];
  return destination !== undefined && !ASKED_FOR.has(destination);
}
