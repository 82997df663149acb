import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { BadRequestError } from '../../errors/app-error';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The unread body of a request of type `application/x-ndjson`. */
export const LinesBody = createParamDecorator((_: unknown, context: ExecutionContext): AsyncIterable<Buffer> => {
  const request = context.switchToHttp().getRequest<Request>();
  if (!/^application\/x-ndjson\b/i.test(request.headers['content-type'] ?? ''))
    throw new BadRequestError('The body must be of type application/x-ndjson');
  return decoded(request);
});

/** Metadata of handlers that read their JSON body as a stream: `jsonBody` leaves it unread. */
export const STREAMED_BODY = 'confab:streamed-body';

const UnreadJson = createParamDecorator((_: unknown, context: ExecutionContext): AsyncIterable<Buffer> => {
  const request = context.switchToHttp().getRequest<Request>();
  const body: unknown = request.body;
  return body === undefined ? decoded(request) : Readable.from([Buffer.from(JSON.stringify(body))]);
});

/** The text of a JSON body of any length. A body that was parsed for another reason is serialised again. */
export const JsonTextBody = (): ParameterDecorator => (target, key, index) => {
  UnreadJson()(target, key, index);
  const handler: unknown = key === undefined ? undefined : Reflect.get(target, key);
  if (typeof handler === 'function') Reflect.defineMetadata(STREAMED_BODY, true, handler);
};

/** @throws BadRequestError during the iteration, for a body with an invalid encoding. */
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
