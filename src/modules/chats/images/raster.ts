import { createHash } from 'node:crypto';
import { decodeImageUrl, rasterTypeOf } from '../../../common/util/image-url';

/** Bytes; smaller images cost less inside their message than as a blob. */
const MIN_SIZE = 4096;

/** The image of a data URL. */
export interface RasterImage {
  type: string;
  bytes: Buffer;
  /** Equal for equal images: digest of the type and the bytes. */
  hash: string;
}

/**
 * The image of a data URL that is large enough for a blob; null for any other URL. The bytes must match the type, so
 * that browsers do not run them, and the text must equal its re-encoding, so that nothing is lost.
 */
export function rasterOf(url: string): RasterImage | null {
  if (url.length < MIN_SIZE) return null;
  const image = decodeImageUrl(url);
  if (!image || image.bytes.length < MIN_SIZE) return null;
  const { type, bytes } = image;
  if (rasterTypeOf(bytes) !== type || !url.startsWith(dataUrlHead(type))) return null;
  if (bytes.subarray(-(bytes.length % 3 || 3)).toString('base64') !== url.slice(-4)) return null;
  return { type, bytes, hash: createHash('sha256').update(type).update(bytes).digest('base64url') };
}

export const dataUrlHead = (type: string): string => `data:${type};base64,`;

/** Bytes as base64, in pieces. */
export async function* toBase64(content: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of content) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : Buffer.from(chunk);
    const whole = bytes.length - (bytes.length % 3);
    yield bytes.toString('base64', 0, whole);
    rest = bytes.subarray(whole);
  }
  if (rest.length > 0) yield Buffer.from(rest).toString('base64');
}
