import type { IncomingHttpHeaders } from 'node:http';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { ValidationError } from '../errors/validation-error';
import { Semaphore } from '../util/semaphore';
import { storable } from '../util/json';
import { jsonExcess } from '../util/json-bounds';

/** Largest bodies in bytes: `anonymous` for everybody whose credentials are not good. */
export interface BodyLimits {
  anonymous: number;
  authenticated: number;
}

/** Whether the credentials in these headers are good; asked for bodies only that strangers may not send. */
export type IsKnownCaller = (headers: IncomingHttpHeaders) => Promise<boolean>;

const isJson = (type: string | undefined): boolean => !type || /[/+]json\b/i.test(type);

/** Bodies of the largest size that are read at once; others wait with their bytes unread. */
const LARGEST_AT_ONCE = 2;

/**
 * Reads bodies as the contract does: JSON by default (also without a Content-Type), any other text as one string, an
 * empty body as none. Multipart bodies, lines of JSON, and JSON for the paths `streamed` are left to the routes that take
 * them. Large ones are read in turn, so that many at once do not exhaust the memory.
 */
export function jsonBody(limits: BodyLimits, isKnown: IsKnownCaller, streamed?: RegExp): RequestHandler {
  const parsers = {
    anonymous: parser(limits.anonymous, streamed),
    authenticated: parser(limits.authenticated, streamed),
  };
  const large = new Semaphore(limits.authenticated * LARGEST_AT_ONCE);
  return (request, response, next) => {
    const length = lengthOf(request);
    if (length === 0) return next();
    if (length <= limits.anonymous) return void parsers.anonymous(request, response, next);
    isKnown(request.headers)
      .then((known) => {
        if (!known) return parsers.anonymous(request, response, next);
        const read = () => new Promise((done) => parsers.authenticated(request, response, done));
        return large.run(read, Math.min(length, limits.authenticated)).then(next);
      })
      .catch(next);
  };
}

/** Bytes of the body as its sender announces them, which the HTTP parser holds him to; Infinity when he does not. */
function lengthOf({ headers }: Request): number {
  if (headers['transfer-encoding'] !== undefined || headers['content-encoding'] !== undefined) return Infinity;
  return Number(headers['content-length'] ?? 0);
}

function parser(limit: number, streamed?: RegExp): RequestHandler {
  const text = express.text({ limit, type: (request) => !isLeftToRoute(request as Request, streamed) });
  return (request, response, next) => void text(request, response, (error) => finish(request, response, next, error));
}

function isLeftToRoute({ headers, path }: Request, streamed: RegExp | undefined): boolean {
  const type = headers['content-type'];
  if (/^(multipart\/|application\/x-ndjson\b)/i.test(type ?? '')) return true;
  return isJson(type) && streamed?.test(path) === true;
}

function finish(request: Request, _: Response, next: NextFunction, error: unknown): void {
  const body: unknown = request.body;
  if (error) return next(error);
  if (typeof body !== 'string') return next();
  try {
    request.body =
      body.trim() === '' ? undefined : isJson(request.headers['content-type']) ? parseJson(body) : storable(body);
    next();
  } catch (failure) {
    next(failure);
  }
}

/**
 * Escapes of U+0000 and of surrogates, the only way for what cannot be stored into JSON text. Searching 40 MB takes
 * 40 ms at most, walking their parsed values up to 500 ms.
 */
const UNSTORABLE_ESCAPE = /\\u(?:0000|d[89a-f])/i;

/** The value of a body's text, without what cannot be stored. @throws ValidationError */
export function parseJson(text: string): unknown {
  const excess = jsonExcess(text);
  if (excess !== undefined) throw invalidJson(0, excess);
  try {
    const value: unknown = JSON.parse(text);
    return UNSTORABLE_ESCAPE.test(text) ? storable(value) : value;
  } catch (error) {
    const offset = Number(/position (\d+)/.exec(String(error))?.[1] ?? text.length);
    throw invalidJson(offset, expectedAt(text, offset));
  }
}

const invalidJson = (offset: number, error: string): ValidationError =>
  new ValidationError([
    { type: 'json_invalid', loc: ['body', offset], msg: 'JSON decode error', input: {}, ctx: { error } },
  ]);

/** What a JSON reader wants at `offset`, in the words that clients of the contract have seen. */
function expectedAt(text: string, offset: number): string {
  const before = text.slice(0, offset).trimEnd().at(-1);
  if (before === '{') return 'Expecting property name enclosed in double quotes';
  if (before === undefined || ':,['.includes(before)) return 'Expecting value';
  return offset < text.length && /["}\]\w]/.test(before) ? "Expecting ',' delimiter" : 'Unterminated value';
}
