import type { Dispatcher } from 'undici';
import { OutgoingError, toOutgoingError } from './outgoing-error';

/**
 * An answer whose body is read once, by one of the methods. An unread body holds its connection: `discard()` it.
 * Failures while reading are `OutgoingError`s; after an abort the reading rejects with the reason of the signal.
 */
export class OutgoingResponse {
  constructor(
    private readonly answer: Dispatcher.ResponseData,
    private readonly origin: string,
    private readonly signal: AbortSignal,
  ) {}

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

  /**
   * The bytes as they come, not decoded. Leaving the loop early closes the connection. `toError` makes the error that
   * the iteration throws for a failure.
   */
  async *stream(toError: (failure: OutgoingError) => Error = (failure) => failure): AsyncGenerator<Uint8Array, void> {
    try {
      for await (const part of this.answer.body) yield part as Uint8Array;
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
    this.answer.body.on('error', () => undefined).destroy();
  }

  /** Calls back when the body has ended or the connection is closed, whoever read how much of it. */
  onClose(callback: () => void): void {
    this.answer.body.once('close', callback);
  }

  /** Closes the connection when the body, which somebody reads, has not ended by itself after some milliseconds. */
  endWithin(milliseconds: number): void {
    const timer = setTimeout(() => this.discard(), milliseconds);
    this.answer.body.once('close', () => clearTimeout(timer));
  }
}
