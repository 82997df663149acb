import { compile } from 'proxy-addr';
import { InvalidEnvError, readBoolean, readList, readText, readUrl, type Source } from './env-readers';

const ORIGINS = 'CORS_ALLOW_ORIGIN';
const SCHEMES = 'CORS_ALLOW_CUSTOM_SCHEME';

/**
 * The origins whose pages may call the API; default `*`.
 * @throws InvalidEnvError for an entry that is not an origin (`scheme://host[:port]`), or `*` with others.
 */
export function readCorsOrigins(source: Source): string[] {
  const origins = readList(source, ORIGINS, ';').map((origin) => origin.replace(/\/$/, ''));
  const schemes = ['http', 'https', ...readSchemes(source)];
  if (origins.length === 0) return ['*'];
  for (const origin of origins)
    if (!(origin === '*' && origins.length === 1) && !isOrigin(origin, schemes))
      throw new InvalidEnvError(ORIGINS, origin, `expected * alone, or origins such as https://chat.example.com`);
  return origins;
}

function readSchemes(source: Source): string[] {
  const schemes = readList(source, SCHEMES, ';');
  const wrong = schemes.find((scheme) => !/^[a-z][a-z\d+.-]*$/i.test(scheme));
  if (wrong === undefined) return schemes;
  throw new InvalidEnvError(SCHEMES, wrong, 'expected schemes such as app, without ://');
}

function isOrigin(text: string, schemes: readonly string[]): boolean {
  const [scheme, host] = text.split('://', 2);
  return scheme !== undefined && schemes.includes(scheme) && /^[^\s/?#@]+$/.test(host ?? '');
}

/**
 * Trusted proxies for `X-Forwarded-*` headers, in the form of Express's `trust proxy`.
 * @throws InvalidEnvError for anything but a number, a boolean, addresses or networks.
 */
export function readTrustProxy(source: Source): string | number | boolean {
  const text = readText(source, 'TRUST_PROXY');
  if (text === undefined || /^false$/i.test(text)) return false;
  if (/^\d+$/.test(text)) return Number(text);
  if (/^true$/i.test(text)) return true;
  try {
    compile(text.split(',').map((part) => part.trim()));
    return text;
  } catch {
    throw new InvalidEnvError(
      'TRUST_PROXY',
      text,
      'expected the number of proxies, or their addresses and networks such as 10.0.0.0/8, loopback',
    );
  }
}

const PROXY_URL = { schemes: ['http', 'https'], example: 'http://host:port' };

/** Options of outgoing requests. */
export interface OutgoingEnv {
  /** False accepts any certificate, of providers and of servers behind the proxy. */
  isTlsVerified: boolean;
  httpProxy: string | undefined;
  /** Default for HTTPS: `httpProxy`. */
  httpsProxy: string | undefined;
  /** Hosts, comma-separated, that bypass the proxy; a name covers its subdomains, `*` covers every host. */
  noProxy: string | undefined;
}

/** Lower-case names of the proxy variables win, as in other programs. */
export function readOutgoingEnv(source: Source): OutgoingEnv {
  const either = (name: string) => (readText(source, name) === undefined ? name.toUpperCase() : name);
  return {
    isTlsVerified: readBoolean(source, 'AIOHTTP_CLIENT_SESSION_SSL', true),
    httpProxy: readUrl(source, either('http_proxy'), PROXY_URL),
    httpsProxy: readUrl(source, either('https_proxy'), PROXY_URL),
    noProxy: readText(source, either('no_proxy')),
  };
}

const list = (part: string): RegExp => new RegExp(`^(${part})(\\s*,\\s*(${part}))*$`, 'i');

/** Variable, header, allowed values, and the replacement of an invalid value (contract). */
const SECURITY_HEADERS = [
  {
    name: 'CACHE_CONTROL',
    header: 'Cache-Control',
    allowed: list(
      'public|private|no-cache|no-store|no-transform|must-revalidate|proxy-revalidate|immutable|(max-age|s-maxage)=\\d+',
    ),
    fallback: 'no-store, max-age=0',
  },
  {
    name: 'HSTS',
    header: 'Strict-Transport-Security',
    allowed: /^max-age=\d+(;\s*includeSubDomains)?(;\s*preload)?$/i,
    fallback: 'max-age=31536000;includeSubDomains',
  },
  {
    name: 'PERMISSIONS_POLICY',
    header: 'Permissions-Policy',
    allowed: list('[a-z-]+=\\((self)?\\)'),
    fallback: 'none',
  },
  {
    name: 'REFERRER_POLICY',
    header: 'Referrer-Policy',
    allowed:
      /^(no-referrer|no-referrer-when-downgrade|origin|origin-when-cross-origin|same-origin|strict-origin|strict-origin-when-cross-origin|unsafe-url)$/i,
    fallback: 'no-referrer',
  },
  { name: 'XCONTENT_TYPE', header: 'X-Content-Type-Options', allowed: /^nosniff$/i, fallback: 'nosniff' },
  { name: 'XDOWNLOAD_OPTIONS', header: 'X-Download-Options', allowed: /^noopen$/i, fallback: 'noopen' },
  { name: 'XFRAME_OPTIONS', header: 'X-Frame-Options', allowed: /^(deny|sameorigin)$/i, fallback: 'DENY' },
  {
    name: 'XPERMITTED_CROSS_DOMAIN_POLICIES',
    header: 'X-Permitted-Cross-Domain-Policies',
    allowed: /^(none|master-only|by-content-type|by-ftp-filename)$/i,
    fallback: 'none',
  },
  { name: 'CONTENT_SECURITY_POLICY', header: 'Content-Security-Policy', allowed: /./, fallback: '' },
] as const;

/** The security headers set by the environment, by header name; they override the defaults. */
export function readSecurityHeaders(source: Source): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const { name, header, allowed, fallback } of SECURITY_HEADERS) {
    const value = readText(source, name);
    if (value !== undefined) headers.set(header, allowed.test(value) ? value : fallback);
  }
  return headers;
}
