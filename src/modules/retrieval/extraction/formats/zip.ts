import { createInflateRaw, inflateRawSync } from 'node:zlib';
import { bomb, damaged, encrypted, LIMITS, tooLarge } from './limits';

interface Entry {
  name: string;
  isEncrypted: boolean;
  method: number;
  start: number;
  packedSize: number;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const MAX_COMMENT = 65_535;
const STORED = 0;
const DEFLATED = 8;
const CHUNK = 65_536;

/** The entries of a zip file, unpacked one by one. What they say of their size is not believed. */
export class ZipFile {
  private readonly entries = new Map<string, Entry>();
  /** Bytes unpacked so far, of all entries. */
  private unpacked = 0;

  /** `kind` names the format in refusals. @throws TaskRefusal for a damaged or an encrypted archive, or too many entries. */
  constructor(
    private readonly bytes: Buffer,
    private readonly kind: string,
  ) {
    const end = this.findEnd();
    let count = bytes.readUInt16LE(end + 10);
    let at = bytes.readUInt32LE(end + 16);
    if (count > LIMITS.archiveEntries) throw tooLarge(LIMITS.unpacked);
    for (; count > 0; count--) at = this.readEntry(at);
  }

  get names(): string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** A small entry as text. @throws TaskRefusal when it is missing, damaged, or too large. */
  text(name: string): string {
    return this.buffer(name)
      .toString('utf8')
      .replace(/^\ufeff/, '');
  }

  /** As `text`; empty when it is missing. */
  optionalText(name: string): string {
    return this.has(name) ? this.text(name) : '';
  }

  buffer(name: string, limit: number = LIMITS.unpackedPart): Buffer {
    const { method, packed } = this.open(name);
    if (method === STORED) return this.counted(packed, limit);
    try {
      return this.counted(inflateRawSync(packed, { maxOutputLength: limit }), limit);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(limit) : this.asDamaged(error);
    }
  }

  /** An entry of any size, as text in pieces. @throws as `buffer`. */
  async *stream(name: string): AsyncGenerator<string, void> {
    const { method, packed } = this.open(name);
    const decoder = new TextDecoder('utf-8');
    const parts = method === STORED ? pieces(packed) : inflated(packed);
    const limit = Math.max(LIMITS.ratioFrom, packed.length * LIMITS.ratio);
    let length = 0;
    try {
      for await (const part of parts) {
        length += part.length;
        if (length > limit) throw bomb();
        yield decoder.decode(this.counted(part), { stream: true });
      }
      yield decoder.decode();
    } catch (error) {
      throw this.asDamaged(error);
    }
  }

  private counted(part: Buffer, limit: number = LIMITS.unpacked): Buffer {
    this.unpacked += part.byteLength;
    if (part.byteLength > limit || this.unpacked > LIMITS.unpacked) throw tooLarge(LIMITS.unpacked);
    return part;
  }

  private open(name: string): { method: number; packed: Buffer } {
    const entry = this.entries.get(name);
    if (!entry) throw damaged(this.kind);
    if (entry.isEncrypted) throw encrypted();
    const { method, start, packedSize } = entry;
    const isLocal = start + 30 <= this.bytes.length && this.bytes.readUInt32LE(start) === LOCAL;
    if (!isLocal || (method !== STORED && method !== DEFLATED)) throw damaged(this.kind);
    const from = start + 30 + this.bytes.readUInt16LE(start + 26) + this.bytes.readUInt16LE(start + 28);
    if (from + packedSize > this.bytes.length) throw damaged(this.kind);
    return { method, packed: this.bytes.subarray(from, from + packedSize) };
  }

  private findEnd(): number {
    const { bytes } = this;
    for (let at = bytes.length - END_SIZE; at >= Math.max(0, bytes.length - END_SIZE - MAX_COMMENT); at--)
      if (bytes.readUInt32LE(at) === END) return at;
    throw damaged(this.kind);
  }

  /** Returns the position of the next one. */
  private readEntry(at: number): number {
    const { bytes } = this;
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== ENTRY) throw damaged(this.kind);
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength).replaceAll('\\', '/');
    this.entries.set(name, {
      name,
      isEncrypted: (bytes.readUInt16LE(at + 8) & 1) === 1,
      method: bytes.readUInt16LE(at + 10),
      packedSize: bytes.readUInt32LE(at + 20),
      start: bytes.readUInt32LE(at + 42),
    });
    return at + 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }

  private asDamaged(error: unknown): Error {
    return error instanceof Error && error.name === 'TaskRefusal' ? error : damaged(this.kind);
  }
}

function* pieces(bytes: Buffer): Generator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}

function inflated(packed: Buffer): AsyncIterable<Buffer> {
  const stream = createInflateRaw({ chunkSize: CHUNK });
  stream.end(packed);
  return stream as AsyncIterable<Buffer>;
}
