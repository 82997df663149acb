import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { runWithRequestId } from './request-id';

const HARMLESS_ID = /^[\w.-]{1,128}$/;

/**
 * Assigns each request an id, sent as `X-Request-Id`, and logs one line when it ends. Credentials, cookies and query
 * strings are not logged. One line and no child logger per request, for performance.
 */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const id = requestId(request);
    const start = performance.now();
    response.setHeader('X-Request-Id', id);
    if (!isHealthCheck(request)) response.once('close', () => write(logger, request, response, id, start));
    runWithRequestId(id, next);
  };
}

/** The client's `X-Request-Id` when it is valid, otherwise a new id. */
function requestId({ headers }: Request): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && HARMLESS_ID.test(given) ? given : randomUUID();
}

const isHealthCheck = ({ url }: Request): boolean => url.startsWith('/health') || url === '/ready';

function write(logger: Logger, { method, originalUrl }: Request, response: Response, reqId: string, start: number) {
  const { statusCode } = response;
  const entry = { reqId, method, url: pathOf(originalUrl), statusCode, ms: Math.round(performance.now() - start) };
  if (statusCode >= 500) logger.error(entry, 'request');
  else logger.info(entry, response.writableFinished ? 'request' : 'request aborted by the client');
}

/** Query strings may contain search texts and e-mail addresses, and are not logged. */
const pathOf = (url: string): string => url.split('?', 1)[0] ?? url;
