import { createHash } from 'node:crypto';
import { decodeImageUrl } from '../../../common/http/image-url';

/** Bytes; smaller ones cost less inside their message than as a file of their own. */
const MIN_SIZE = 4096;

/** How files of these types begin; `.` stands for any byte. */
const BEGINNINGS: Readonly<Record<string, RegExp>> = {
  'image/png': /^\x89PNG\r\n\x1a\n/,
  'image/jpeg': /^\xff\xd8\xff/,
  'image/gif': /^GIF8[79]a/,
  'image/webp': /^RIFF[^]{4}WEBP/,
};

/** The image of a data URL. */
export interface RasterImage {
  type: string;
  bytes: Buffer;
  /** Equal for equal images: digest of the type and the bytes. */
  hash: string;
}

/**
 * The image of a data URL that is worth a file of its own; null for any other URL. Only what is the raster image that it
 * says it is, and only if `toDataUrl` gives back the same text: nothing that a browser could run, and nothing lost.
 */
export function rasterOf(url: string): RasterImage | null {
  if (url.length < MIN_SIZE) return null;
  const image = decodeImageUrl(url);
  if (!image || image.bytes.length < MIN_SIZE || !isWhatItSays(image) || !url.startsWith(dataUrlHead(image.type)))
    return null;
  const { type, bytes } = image;
  if (bytes.subarray(-(bytes.length % 3 || 3)).toString('base64') !== url.slice(-4)) return null;
  return { type, bytes, hash: createHash('sha256').update(type).update(bytes).digest('base64url') };
}

export const dataUrlHead = (type: string): string => `data:${type};base64,`;

const isWhatItSays = ({ type, bytes }: { type: string; bytes: Buffer }): boolean =>
  BEGINNINGS[type]?.test(bytes.toString('latin1', 0, 16)) === true;

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
