import type { IncomingHttpHeaders } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const EXPOSED = 'ETag, X-Process-Time, X-Request-Id, Retry-After';
const MAX_AGE_SECONDS = '600';

/**
 * Cross-origin rules. Listed origins are allowed with credentials; `*` allows every origin but never credentials, so
 * pages of other origins cannot use a cookie. The package `cors` is not used: it responds to every OPTIONS request, and
 * cannot refuse a preflight with 400, as the contract requires (recordings `auth-rules`, `app-config`).
 */
export function cors(origins: readonly string[]): RequestHandler {
  const isOpen = origins.includes('*');
  return (request, response, next) => {
    const { origin } = request.headers;
    if (origin === undefined) return next();
    if (!isOpen) response.setHeader('Access-Control-Allow-Credentials', 'true');
    const isAllowed = isOpen || origins.includes(origin);
    if (isAllowed) allow(response, isOpen ? '*' : origin);
    if (!isPreflight(request)) return next();
    answerPreflight(request.headers, response, isAllowed);
  };
}

function allow(response: Response, origin: string): void {
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', EXPOSED);
  if (origin !== '*') response.vary('Origin');
}

const isPreflight = ({ method, headers }: Request): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

function answerPreflight(headers: IncomingHttpHeaders, response: Response, isAllowed: boolean): void {
  response.setHeader('Access-Control-Allow-Methods', METHODS.join(', '));
  response.setHeader('Access-Control-Max-Age', MAX_AGE_SECONDS);
  response.vary('Origin');
  const wanted = headers['access-control-request-headers'];
  if (isAllowed && wanted !== undefined) response.setHeader('Access-Control-Allow-Headers', wanted);
  const refusal = refusalOf(String(headers['access-control-request-method']), isAllowed);
  response.status(refusal ? 400 : 200).type('text/plain');
  response.send(refusal ?? 'OK');
}

function refusalOf(method: string, isAllowed: boolean): string | undefined {
  if (!isAllowed) return 'Disallowed CORS origin';
  return METHODS.includes(method) ? undefined : 'Disallowed CORS method';
}
