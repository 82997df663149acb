import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { jsonExcess } from '../../../common/util/json-bounds';

/** Bytes at the end of a stream in which its usage is looked for. */
const TAIL_BYTES = 64 * 1024;

/**
 * The end of a stream whose bytes are passed through unread: what providers say of a whole reply comes last. Keeps
 * references to the last parts, no copies.
 */
export class StreamTail {
  private readonly parts: Uint8Array[] = [];
  private size = 0;

  push(part: Uint8Array): void {
    this.parts.push(part);
    this.size += part.byteLength;
    while (this.parts.length > 1 && this.size - (this.parts[0]?.byteLength ?? 0) >= TAIL_BYTES)
      this.size -= this.parts.shift()?.byteLength ?? 0;
  }

  /** The objects in its `data:` lines, the last one first; or the one that it is as a whole. */
  *objects(): Generator<JsonObject> {
    const text = Buffer.concat(this.parts).subarray(-TAIL_BYTES).toString();
    const whole = parse(text);
    const lines = whole ? [] : text.split('\n').filter((line) => line.startsWith('data:'));
    if (whole) yield whole;
    for (const line of lines.reverse()) {
      const object = parse(line.slice(5));
      if (object) yield object;
    }
  }
}

function parse(text: string): JsonObject | undefined {
  if (!text.trimStart().startsWith('{') || jsonExcess(text) !== undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
