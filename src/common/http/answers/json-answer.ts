import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { toExactJson } from '../../json/exact-integers';
import { Answer } from './answer';

/** The parts of a request that determine its cookies. */
export type CookieRequest = Pick<Request, 'headers' | 'secure'>;

export interface JsonAnswerOptions {
  /** Sent as `ETag`. Clients return it as `If-Match`, see `admits`. */
  version?: number;
  /** Adds an `ETag` of the body: clients that poll get 304 when nothing changed. */
  isTagged?: boolean;
  /** Values of `Set-Cookie`. */
  cookies?: (request: CookieRequest) => string[];
}

/** A JSON body with headers that depend on it. */
export class JsonAnswer<T> extends Answer {
  constructor(
    readonly body: T,
    private readonly options: JsonAnswerOptions,
  ) {
    super();
  }

  override sendTo(response: Response): void {
    const { version, isTagged, cookies } = this.options;
    const values = cookies?.(response.req) ?? [];
    if (values.length > 0) response.setHeader('Set-Cookie', values);
    if (version !== undefined) response.setHeader('ETag', tagOf(version));
    if (isTagged) sendTagged(response, this.body);
    else sendJson(response, this.body);
  }
}

/**
 * Sends any value as `application/json`, without the charset that Express adds (JSON defines none). `response.send`
 * would copy the string; this way headers and body are sent in one write.
 */
export function sendJson(response: Response, value: unknown): void {
  const text = toExactJson(value);
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}

/** True when `If-Match` admits this version; a missing header admits all. */
export function admits(ifMatch: string | undefined, version: number): boolean {
  if (ifMatch === undefined) return true;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  return tags.includes('*') || tags.includes(tagOf(version));
}

const tagOf = (version: number): string => `"${version}"`;

/** The tag is weak: compression may change the bytes. `send` responds with 304 on a match. */
function sendTagged(response: Response, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  const etag = `W/"${createHash('sha1').update(body).digest('base64url')}"`;
  response.set({ 'Content-Type': 'application/json', 'Cache-Control': 'private, no-cache', ETag: etag }).send(body);
}
