import type { IncomingHttpHeaders } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** Addresses and URL of a request. */
export interface RequestOrigin {
  headers: IncomingHttpHeaders;
  /** Client address as reported by trusted proxies. */
  address: string;
  /** Remote address of the connection: the client, or the last proxy. */
  peer: string;
  /** The requested URL, with scheme and host as the client sees them. */
  url: URL;
}

/** Remote address of the connection. */
export const peerOf = ({ socket }: Request): string => socket.remoteAddress ?? '';

const originOf = (request: Request): RequestOrigin => ({
  headers: request.headers,
  address: request.ip ?? '',
  peer: peerOf(request),
  url: urlOf(`${request.protocol}://${request.host}`, request.originalUrl),
});

/** `Host` is sent by the client and may be invalid. */
function urlOf(origin: string, path: string): URL {
  const base = URL.canParse(origin) ? origin : 'http://localhost';
  return URL.canParse(path, base) ? new URL(path, base) : new URL(base);
}

/** The origin of the request as a parameter. */
export const Origin = createParamDecorator((_: unknown, context: ExecutionContext): RequestOrigin =>
  originOf(context.switchToHttp().getRequest<Request>()),
);
