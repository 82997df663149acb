import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler } from 'express';
import helmet from 'helmet';

type Directives = Record<string, string[]>;

/** Answers of the API are data: a browser that shows one as a page may load and run nothing. */
const API: Directives = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'self'"],
};

/** The explorer's own scripts and its inline styles, nothing from elsewhere. */
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

/** Headers that keep browsers from using answers in ways not meant; `overrides` by header name go over them. */
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

/** What helmet sets is the same for every answer: it is asked once. */
function headersOf(directives: Directives, overrides: Headers): Headers {
  const headers = new Map<string, string>();
  const recorder = { setHeader: (name: string, value: string) => headers.set(name, value), removeHeader: () => {} };
  const protect = helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    crossOriginResourcePolicy: { policy: 'same-site' },
    // Only over HTTPS, see above: helmet does not look.
    strictTransportSecurity: false,
  });
  protect({} as IncomingMessage, recorder as unknown as ServerResponse, rethrow);
  for (const [name, value] of overrides) headers.set(name, value);
  return headers;
}

function rethrow(error?: unknown): void {
  if (error) throw error as Error;
}
