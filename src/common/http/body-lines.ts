import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { BadRequestError } from '../errors/app-error';

/** One line of a body, from 1 on; `text` is null when it is longer than allowed. Blank lines are left out. */
export interface BodyLine {
  number: number;
  text: string | null;
}

const NEWLINE = 0x0a;

/** The body of a request of type `application/x-ndjson`, which nobody has read yet. */
export const BodyStream = createParamDecorator((_: unknown, context: ExecutionContext): AsyncIterable<Uint8Array> => {
  const request = context.switchToHttp().getRequest<Request>();
  if (!/^application\/x-ndjson\b/i.test(request.headers['content-type'] ?? ''))
    throw new BadRequestError('The body must be of type application/x-ndjson');
  return request;
});

/** The lines of a body as they come. No more than one line is kept, and of one that is too long nothing. */
export async function* bodyLines(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<BodyLine> {
  const line = new LineBuffer(maxBytes);
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      line.add(chunk.subarray(start, end));
      yield* line.take();
      start = end + 1;
    }
    line.add(chunk.subarray(start));
  }
  yield* line.take();
}

class LineBuffer {
  private parts: Uint8Array[] = [];
  private bytes = 0;
  private number = 0;

  constructor(private readonly maxBytes: number) {}

  add(part: Uint8Array): void {
    this.bytes += part.byteLength;
    if (this.bytes > this.maxBytes) this.parts = [];
    else this.parts.push(part);
  }

  *take(): Generator<BodyLine> {
    const text = this.bytes > this.maxBytes ? null : Buffer.concat(this.parts).toString();
    this.parts = [];
    this.bytes = 0;
    this.number++;
    if (text === null || text.trim() !== '') yield { number: this.number, text };
  }
}
