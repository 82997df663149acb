import { LIMITS, tooLarge } from './limits';

/** A file that is being read: its name, and its bytes, which come once. */
export class FileSource {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private buffered: Uint8Array[] = [];
  private bufferedLength = 0;

  constructor(
    readonly name: string,
    readonly contentType: string,
    feed: AsyncIterable<Uint8Array>,
  ) {
    this.iterator = feed[Symbol.asyncIterator]();
  }

  /** In lower case, without the dot; empty for none. */
  get extension(): string {
    const dot = this.name.lastIndexOf('.');
    return dot === -1 ? '' : this.name.slice(dot + 1).toLowerCase();
  }

  /** The first bytes, without taking them. */
  async head(length: number): Promise<Buffer> {
    while (this.bufferedLength < length) {
      const next = await this.iterator.next();
      if (next.done === true) break;
      this.buffered.push(next.value);
      this.bufferedLength += next.value.byteLength;
    }
    return Buffer.concat(this.buffered).subarray(0, length);
  }

  async *stream(): AsyncGenerator<Uint8Array, void> {
    for (const bytes of this.buffered.splice(0)) yield bytes;
    for (let next = await this.iterator.next(); next.done !== true; next = await this.iterator.next()) yield next.value;
  }

  /** All bytes. @throws TaskRefusal when there are more than allowed. */
  async all(limit: number = LIMITS.wholeFile): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const bytes of this.stream()) {
      length += bytes.byteLength;
      if (length > limit) throw tooLarge(limit);
      parts.push(bytes);
    }
    return Buffer.concat(parts);
  }
}
