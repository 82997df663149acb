import type { Response } from 'express';

type Write = (chunk: unknown, ...others: unknown[]) => boolean;

/** Copies the first bytes of what is written; call the result when the answer is complete. */
export function capturedBody(response: Response, maxBytes: number): () => string {
  const parts: Buffer[] = [];
  let size = 0;
  const keep = (chunk: unknown): void => {
    if (size >= maxBytes || !(typeof chunk === 'string' || chunk instanceof Uint8Array)) return;
    const part = Buffer.from(chunk as string).subarray(0, maxBytes - size);
    parts.push(part);
    size += part.length;
  };
  for (const name of ['write', 'end'] as const) {
    const original = response[name].bind(response) as Write;
    response[name] = ((chunk: unknown, ...others: unknown[]) => {
      keep(chunk);
      return original(chunk, ...others);
    }) as never;
  }
  return () => Buffer.concat(parts).toString('utf8');
}
