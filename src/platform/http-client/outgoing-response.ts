import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { OutgoingError, toOutgoingError } from './outgoing-error';

/**
 * An answer whose body is read once, by one of the methods. An unread body holds its connection: `discard()` it.
 * Failures while reading are `OutgoingError`s; after an abort the reading rejects with the reason of the signal.
 */
export class OutgoingResponse {
  private readonly body: Readable;

  constructor(
    private readonly answer: Dispatcher.ResponseData,
    private readonly origin: string,
    private readonly signal: AbortSignal,
  ) {
    this.body = decoded(answer);
  }

  get status(): number {
    return this.answer.statusCode;
  }

  get isSuccess(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** By lower-case name; of several the first. */
  header(name: string): string | undefined {
    const value = this.answer.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** All values of a name in lower case. */
  headers(name: string): string[] {
    return [this.answer.headers[name] ?? []].flat();
  }

  /** All headers but cookies, by lower-case name; repeated ones are joined. */
  get allHeaders(): Record<string, string> {
    const entries = Object.entries(this.answer.headers).filter(([name]) => name !== 'set-cookie');
    return Object.fromEntries(entries.map(([name, value]) => [name, [value ?? ''].flat().join(', ')]));
  }

  /** All headers in lower case, one entry for each value. */
  get headerPairs(): [name: string, value: string][] {
    return Object.entries(this.answer.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((each): [string, string] => [name, each]),
    );
  }

  /**
   * The bytes as they come, without their `Content-Encoding`. Leaving the loop early closes the connection. `toError` makes the error that
   * the iteration throws for a failure.
   */
  async *stream(toError: (failure: OutgoingError) => Error = (failure) => failure): AsyncGenerator<Uint8Array, void> {
    try {
      for await (const part of this.body) yield part as Uint8Array;
    } catch (error) {
      const cause: unknown = this.signal.aborted ? this.signal.reason : toOutgoingError(error, this.origin);
      throw cause instanceof OutgoingError ? toError(cause) : cause;
    }
  }

  /** The whole body. @throws OutgoingError `too-large` as soon as it exceeds `maxBytes`. */
  async bytes(maxBytes: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of this.stream()) {
      size += part.byteLength;
      if (size > maxBytes) throw new OutgoingError('too-large', this.origin);
      parts.push(part);
    }
    return Buffer.concat(parts, size);
  }

  /** The whole body as UTF-8. @throws as `bytes`. */
  async text(maxBytes: number): Promise<string> {
    return (await this.bytes(maxBytes)).toString('utf8');
  }

  /** Closes the connection without reading on. */
  discard(): void {
    this.body.on('error', () => undefined).destroy();
    this.answer.body.on('error', () => undefined).destroy();
  }

  /** Calls back when the body has ended or the connection is closed, however much of it was read. */
  onClose(callback: () => void): void {
    this.answer.body.once('close', callback);
  }

  /** Closes the connection when the body, which is being read, has not ended after some milliseconds. */
  endWithin(milliseconds: number): void {
    const timer = setTimeout(() => this.discard(), milliseconds);
    this.answer.body.once('close', () => clearTimeout(timer));
  }
}

const DECODERS = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress };

/** Compression is never asked for, but some proxies compress nevertheless. */
function decoded({ headers, body }: Dispatcher.ResponseData): Readable {
  const encoding = String(headers['content-encoding'] ?? '')
    .trim()
    .toLowerCase();
  if (!Object.hasOwn(DECODERS, encoding)) return body;
  const decoder = DECODERS[encoding as keyof typeof DECODERS]();
  body.once('error', (error) => decoder.destroy(error));
  decoder.once('close', () => body.destroy());
  return body.pipe(decoder);
}
