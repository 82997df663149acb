import { readText, type Source } from './env-readers';

const list = (part: string): RegExp => new RegExp(`^(${part})(\\s*,\\s*(${part}))*$`, 'i');

/** Variable, header, allowed values, and what takes the place of a value that is not allowed (contract: spec 13 §5). */
const VARIABLES = [
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

/** The security headers that the environment sets, by header name; they go over the defaults. */
export function readSecurityHeaders(source: Source): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const { name, header, allowed, fallback } of VARIABLES) {
    const value = readText(source, name);
    if (value !== undefined) headers.set(header, allowed.test(value) ? value : fallback);
  }
  return headers;
}
