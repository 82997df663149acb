import type { Request, RequestHandler } from 'express';

/** Milliseconds in which a body must arrive, or, if a route reads it as it comes, without a byte of it. */
const LIMITS = { whole: 5 * 60_000, idle: 2 * 60_000 };

/**
 * Closes connections whose bodies do not arrive. It takes the place of `requestTimeout` of `node:http`, which also ends
 * uploads that take long because they are large.
 */
export function bodyDeadlines(isStreamed: (request: Request) => boolean, limits = LIMITS): RequestHandler {
  return (request, _, next) => {
    if (hasBody(request))
      watch(request, isStreamed(request) ? idleTimer(request, limits.idle) : wholeTimer(request, limits.whole));
    next();
  };
}

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function watch(request: Request, timer: NodeJS.Timeout): void {
  timer.unref();
  request.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
}

const wholeTimer = (request: Request, limit: number) => setTimeout(() => request.destroy(), limit);

/** Bytes are counted where they arrive: a route that is slow to read them does not end its own request. */
function idleTimer(request: Request, limit: number): NodeJS.Timeout {
  let before = request.socket.bytesRead;
  return setInterval(() => {
    const { bytesRead } = request.socket;
    if (bytesRead === before && !request.complete && !request.isPaused()) request.destroy();
    before = bytesRead;
  }, limit);
}
