import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler } from 'express';
import helmet from 'helmet';

type Directives = Record<string, string[]>;

/** Responses of the API are data: a browser that displays one may load and run nothing. */
const API: Directives = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'self'"],
};

/** Only the explorer's own scripts and its inline styles. */
const EXPLORER: Directives = {
  ...API,
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
};

const HSTS = 'Strict-Transport-Security';
const HSTS_VALUE = 'max-age=31536000; includeSubDomains';

type Headers = ReadonlyMap<string, string>;

/** Sets security headers; `overrides` take precedence, by header name. */
export function securityHeaders(overrides: Headers): RequestHandler {
  const api = headersOf(API, overrides);
  const explorer = headersOf(EXPLORER, overrides);
  return (request, response, next) => {
    if (request.secure && !api.has(HSTS)) response.setHeader(HSTS, HSTS_VALUE);
    for (const [name, value] of isExplorer(request) ? explorer : api) response.setHeader(name, value);
    next();
  };
}

const isExplorer = ({ path }: Request): boolean => path === '/docs' || path.startsWith('/docs/');

/** The headers of helmet are the same for every response, so they are computed once. */
function headersOf(directives: Directives, overrides: Headers): Headers {
  const headers = new Map<string, string>();
  const recorder = { setHeader: (name: string, value: string) => headers.set(name, value), removeHeader: () => {} };
  const protect = helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    crossOriginResourcePolicy: { policy: 'same-site' },
    // Set only over HTTPS, see above: helmet does not check.
    strictTransportSecurity: false,
  });
  protect({} as IncomingMessage, recorder as unknown as ServerResponse, rethrow);
  for (const [name, value] of overrides) headers.set(name, value);
  return headers;
}

function rethrow(error?: unknown): void {
  if (error) throw error as Error;
}
