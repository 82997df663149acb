import type { IncomingHttpHeaders } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** Where a request comes from. */
export interface RequestOrigin {
  headers: IncomingHttpHeaders;
  /** Of the client, as trusted proxies name it. */
  address: string;
  /** Of the other end of the connection: the client, or the last proxy. */
  peer: string;
  /** What was asked for, with scheme and host as the client sees them. */
  url: URL;
}

/** The address of the other end of the connection. */
export const peerOf = ({ socket }: Request): string => socket.remoteAddress ?? '';

const originOf = (request: Request): RequestOrigin => ({
  headers: request.headers,
  address: request.ip ?? '',
  peer: peerOf(request),
  url: urlOf(`${request.protocol}://${request.host}`, request.originalUrl),
});

/** Clients write what they like into `Host`. */
function urlOf(origin: string, path: string): URL {
  const base = URL.canParse(origin) ? origin : 'http://localhost';
  return URL.canParse(path, base) ? new URL(path, base) : new URL(base);
}

/** The origin of the request as a parameter. */
export const Origin = createParamDecorator((_: unknown, context: ExecutionContext): RequestOrigin =>
  originOf(context.switchToHttp().getRequest<Request>()),
);
