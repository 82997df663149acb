import { tryParseJson } from '../../../common/json/parse-json';
import type { JsonObject } from '../../../common/util/json';
import { EventReader, toChunk } from '../responses/event-stream';

/** Bytes at the start and at the end of a stream in which usage is searched. */
const HEAD_BYTES = 16 * 1024;
const TAIL_BYTES = 64 * 1024;
/** Only objects with one of these keys are parsed. */
const WANTED = ['usage', 'timings', 'error', 'detail', '"code"', '"status"'];

/**
 * The first and last bytes of a stream that is passed through unparsed: providers send the usage of a reply last, some
 * the usage of the request first. Holds references to the parts, no copies.
 */
export class StreamEnds {
  private readonly head: Uint8Array[] = [];
  private readonly tail: Uint8Array[] = [];
  private headSize = 0;
  private tailSize = 0;
  private hasGap = false;

  push(part: Uint8Array): void {
    if (this.headSize < HEAD_BYTES) {
      this.head.push(part);
      this.headSize += part.byteLength;
    }
    this.tail.push(part);
    this.tailSize += part.byteLength;
    while (this.tail.length > 1 && this.tailSize - (this.tail[0]?.byteLength ?? 0) >= TAIL_BYTES) {
      this.tailSize -= this.tail.shift()?.byteLength ?? 0;
      this.hasGap = true;
    }
  }

  /** The objects in its `data:` lines that may hold usage or a failure, in order; or the whole body as one object. */
  *objects(): Generator<JsonObject> {
    const tail = Buffer.concat(this.tail);
    this.hasGap ||= tail.byteLength > TAIL_BYTES;
    const end = tail.subarray(-TAIL_BYTES).toString();
    const whole = this.hasGap ? undefined : toChunk(tryParseJson(end));
    if (whole) yield whole;
    else
      yield* dataObjects(this.hasGap ? `${Buffer.concat(this.head).subarray(0, HEAD_BYTES).toString()}\n${end}` : end);
  }
}

function* dataObjects(text: string): Generator<JsonObject> {
  const reader = new EventReader();
  for (const line of text.split('\n')) {
    const isSkipped = line.startsWith('data:') && !reader.isInError && !WANTED.some((word) => line.includes(word));
    const chunk = isSkipped ? undefined : reader.read(line);
    if (chunk) yield chunk;
  }
}
