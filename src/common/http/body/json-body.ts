import type { IncomingHttpHeaders } from 'node:http';
import express, { type NextFunction, type Request, type RequestHandler } from 'express';
import { parseLargeJson } from '../../json/parse-json';
import { storable } from '../../util/json';
import { Semaphore } from '../../util/semaphore';

/** Limits and exceptions of the body parser. */
export interface BodyLimits {
  /** Bytes of a body without valid credentials. */
  anonymous: number;
  /** Bytes of a body with valid credentials. */
  authenticated: number;
  /** Keys and items of a JSON body for this path. */
  maxValues: (path: string) => number;
  /** True for paths whose routes read the JSON body themselves as a stream. */
  isStreamed: (path: string) => boolean;
}

/** True when the credentials in these headers are valid; called only for bodies above the anonymous limit. */
export type HasValidCredentials = (headers: IncomingHttpHeaders) => Promise<boolean>;

const isJson = (type: string | undefined): boolean => !type || /[/+]json\b/i.test(type);

/** Bodies of the largest size that are read concurrently; others wait unread. */
const LARGEST_AT_ONCE = 2;

/**
 * Parses bodies by the contract: JSON by default (also without a Content-Type), any other text as one string, an empty
 * body as none. Multipart bodies, JSON lines and streamed JSON are left to their routes. Large bodies are read one
 * after the other, to bound the memory.
 */
export function jsonBody(limits: BodyLimits, hasValidCredentials: HasValidCredentials): RequestHandler {
  const parsers = { anonymous: parser(limits.anonymous, limits), authenticated: parser(limits.authenticated, limits) };
  const large = new Semaphore(limits.authenticated * LARGEST_AT_ONCE);
  return (request, response, next) => {
    const length = lengthOf(request);
    if (length === 0) return next();
    if (length <= limits.anonymous) return void parsers.anonymous(request, response, next);
    hasValidCredentials(request.headers)
      .then((known) => {
        if (!known) return parsers.anonymous(request, response, next);
        const read = () => new Promise((done) => parsers.authenticated(request, response, done));
        return large.run(read, Math.min(length, limits.authenticated)).then(next);
      })
      .catch(next);
  };
}

/** Announced bytes of the body, which the HTTP parser enforces; Infinity when unknown. */
function lengthOf({ headers }: Request): number {
  if (headers['transfer-encoding'] !== undefined || headers['content-encoding'] !== undefined) return Infinity;
  return Number(headers['content-length'] ?? 0);
}

function parser(limit: number, limits: BodyLimits): RequestHandler {
  const text = express.text({ limit, type: (request) => !isLeftToRoute(request as Request, limits) });
  return (request, response, next) =>
    text(request, response, (error?: unknown) => (error ? next(error) : parse(request, limits, next)));
}

/** True for a body that its route reads as it comes. */
export function isLeftToRoute({ headers, path }: Request, { isStreamed }: BodyLimits): boolean {
  const type = headers['content-type'];
  if (/^(multipart\/|application\/x-ndjson\b)/i.test(type ?? '')) return true;
  return isJson(type) && isStreamed(path);
}

/** Replaces the text of the body by its parsed value. */
function parse(request: Request, { maxValues }: BodyLimits, next: NextFunction): void {
  const body: unknown = request.body;
  if (typeof body !== 'string') return next();
  const finish = (value: unknown): void => {
    request.body = value;
    next();
  };
  if (body.trim() === '') finish(undefined);
  else if (isJson(request.headers['content-type'])) parseLargeJson(body, maxValues(request.path)).then(finish, next);
  else finish(storable(body));
}
