import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { runWithRequestId } from './request-id';

const HARMLESS_ID = /^[\w.-]{1,128}$/;

/**
 * Gives each request an id, sent back as `X-Request-Id`, and writes one line when it is over. Credentials, cookies and
 * query strings are never written. One line and no logger of its own per request: those would cost more than most
 * requests do.
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

/** The caller's `X-Request-Id` when it is harmless, else a new one. */
function requestId({ headers }: Request): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && HARMLESS_ID.test(given) ? given : randomUUID();
}

const isHealthCheck = ({ url }: Request): boolean => url.startsWith('/health') || url === '/ready';

function write(logger: Logger, { method, originalUrl }: Request, response: Response, reqId: string, start: number) {
  const { statusCode } = response;
  const entry = { reqId, method, url: pathOf(originalUrl), statusCode, ms: Math.round(performance.now() - start) };
  if (statusCode >= 500) logger.error(entry, 'request');
  else logger.info(entry, response.writableFinished ? 'request' : 'request ended by the client');
}

/** Query strings may hold search texts and e-mail addresses: they stay out of the log. */
const pathOf = (url: string): string => url.split('?', 1)[0] ?? url;
