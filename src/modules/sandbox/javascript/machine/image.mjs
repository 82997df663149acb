import { Buffer } from 'node:buffer';

/** Bytes that are compared or written at once. */
const CHUNK = 65_536;
const ZEROS = Buffer.alloc(CHUNK);
/** A memory that has grown cannot shrink; one much larger than its image is not worth restoring. */
const MAX_GROWTH = 2;

/** The content of a WebAssembly memory, most of which is zero, for restoring it to the last byte. */
export class MemoryImage {
  parts = new Map();

  constructor(memory) {
    this.memory = memory;
    this.size = memory.buffer.byteLength;
    for (const [offset, chunk] of this.chunks()) if (!chunk.equals(ZEROS)) this.parts.set(offset, Buffer.from(chunk));
  }

  /** False when the memory cannot be used again. */
  restore() {
    if (this.memory.buffer.byteLength > this.size * MAX_GROWTH) return false;
    for (const [offset, chunk] of this.chunks()) {
      const part = this.parts.get(offset);
      if (part) chunk.set(part);
      else if (!chunk.equals(ZEROS)) chunk.fill(0);
    }
    return true;
  }

  *chunks() {
    const { buffer } = this.memory;
    for (let offset = 0; offset < buffer.byteLength; offset += CHUNK)
      yield [offset, Buffer.from(buffer, offset, CHUNK)];
  }
}
