import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { BadRequestError } from '../errors/app-error';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The body of a request of type `application/x-ndjson`, which nobody has read yet. */
export const LinesBody = createParamDecorator((_: unknown, context: ExecutionContext): AsyncIterable<Buffer> => {
  const request = context.switchToHttp().getRequest<Request>();
  if (!/^application\/x-ndjson\b/i.test(request.headers['content-type'] ?? ''))
    throw new BadRequestError('The body must be of type application/x-ndjson');
  return decoded(request);
});

/** The text of a JSON body that `jsonBody` has left to the route; one that it has read is written out again. */
export const JsonTextBody = createParamDecorator((_: unknown, context: ExecutionContext): AsyncIterable<Buffer> => {
  const request = context.switchToHttp().getRequest<Request>();
  const body: unknown = request.body;
  return body === undefined ? decoded(request) : Readable.from([Buffer.from(JSON.stringify(body))]);
});

/** @throws BadRequestError while it is read, for a body that is not encoded as it says. */
async function* decoded(request: Request): AsyncGenerator<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return void (yield* request as AsyncIterable<Buffer>);
  const decoder = DECODERS[encoding]?.();
  if (!decoder) throw new BadRequestError(`Unsupported content encoding "${encoding}"`);
  try {
    yield* pipeline(request, decoder, () => undefined) as AsyncIterable<Buffer>;
  } catch {
    throw new BadRequestError(`The body is not valid ${encoding}`);
  }
}
