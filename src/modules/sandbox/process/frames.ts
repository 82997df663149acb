import type { JsonObject } from '../../../common/util/json';
import { isJsonObject } from '../../../common/util/json';

/** Bytes before a frame: the lengths of head and payload. */
const HEADER = 8;
const MAX_HEAD = 65_536;
/** Deeper values would exhaust the stack of code that walks them. */
const MAX_DEPTH = 200;

/** One message of a sandbox process. `head` is a JSON object of unknown content. */
export interface Frame {
  head: JsonObject;
  /** JSON text; empty for none. */
  text: Buffer;
  bytes: Buffer;
}

/** A process sent what is no frame, or more than it may. */
export class FrameError extends Error {
  constructor(readonly reason: 'malformed' | 'too-large') {
    super(reason);
  }
}

/** See `child.mjs`. */
export function encodeFrame(head: JsonObject, text = '', bytes: Uint8Array = Buffer.alloc(0)): Buffer {
  const json = Buffer.from(text, 'utf8');
  const encoded = Buffer.from(JSON.stringify({ ...head, json: json.length }), 'utf8');
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(encoded.length, 0);
  header.writeUInt32LE(json.length + bytes.length, 4);
  return Buffer.concat([header, encoded, json, bytes]);
}

/** Cuts the bytes of an untrusted process into frames. */
export class FrameReader {
  private parts: Buffer[] = [];
  private size = 0;
  /** Bytes of the frame under way, once its header is there. */
  private expected = HEADER;
  private isHeaderKnown = false;

  /** @param maxPayload bytes of one frame. */
  constructor(private readonly maxPayload: number) {}

  /** @throws FrameError */
  *push(chunk: Buffer): Generator<Frame, void> {
    this.parts.push(chunk);
    this.size += chunk.length;
    while (this.size >= this.expected) {
      const joined = this.join();
      if (this.isHeaderKnown) yield this.cut(joined);
      else this.expect(joined);
    }
  }

  private join(): Buffer {
    const [only] = this.parts;
    const joined = this.parts.length === 1 && only ? only : Buffer.concat(this.parts, this.size);
    this.parts = [joined];
    return joined;
  }

  private expect(joined: Buffer): void {
    const head = joined.readUInt32LE(0);
    const payload = joined.readUInt32LE(4);
    if (head > MAX_HEAD) throw new FrameError('malformed');
    if (payload > this.maxPayload) throw new FrameError('too-large');
    this.expected = HEADER + head + payload;
    this.isHeaderKnown = true;
  }

  private cut(joined: Buffer): Frame {
    const end = this.expected;
    const headEnd = HEADER + joined.readUInt32LE(0);
    this.parts = joined.length > end ? [joined.subarray(end)] : [];
    this.size = joined.length - end;
    this.expected = HEADER;
    this.isHeaderKnown = false;
    return toFrame(joined.subarray(HEADER, headEnd), joined.subarray(headEnd, end));
  }
}

function toFrame(encoded: Buffer, payload: Buffer): Frame {
  const head = parseJson(encoded);
  if (!isJsonObject(head)) throw new FrameError('malformed');
  const { json } = head;
  if (!isCount(json) || json > payload.length) throw new FrameError('malformed');
  return { head, text: payload.subarray(0, json), bytes: payload.subarray(json) };
}

/** True for a whole number from 0 that counts or numbers something. */
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * A value from an untrusted process: of bounded depth, without keys named `__proto__`. Its size is that of the frame.
 * @throws FrameError
 */
export function parseJson(text: Buffer): unknown {
  if (isTooDeep(text)) throw new FrameError('malformed');
  try {
    const json = text.toString('utf8');
    return json.includes('__proto__') ? JSON.parse(json, withoutPrototype) : JSON.parse(json);
  } catch {
    throw new FrameError('malformed');
  }
}

const withoutPrototype = (_key: string, value: unknown): unknown => {
  if (isJsonObject(value) && Object.hasOwn(value, '__proto__')) delete value['__proto__'];
  return value;
};

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

function isTooDeep(text: Buffer): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const byte = text[index] ?? 0;
    if (byte === QUOTE) index = endOfString(text, index);
    else if (CLOSING.has(byte)) depth -= 1;
    else if (OPENING.has(byte) && ++depth > MAX_DEPTH) return true;
  }
  return false;
}

/** Index of the closing quote. */
function endOfString(text: Buffer, start: number): number {
  let quote = text.indexOf(QUOTE, start + 1);
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf(QUOTE, quote + 1);
  return quote === -1 ? text.length : quote;
}

function isEscaped(text: Buffer, quote: number): boolean {
  let first = quote;
  while (text[first - 1] === BACKSLASH) first -= 1;
  return (quote - first) % 2 === 1;
}
