import { isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';
import { encodingExists, getDecoder } from 'iconv-lite';

/** Bytes from which the encoding is detected. */
export const SAMPLE = 64 * 1024;
const FALLBACK = 'windows-1252';
/** Of chardet, in percent. */
const MIN_CONFIDENCE = 20;
const LATIN = /^(?:ISO-8859-(?:1|2|9)|windows-125[024])$/i;
/** Share of units that end a sample of UTF-16 as Latin text. */
const MANY = 0.3;

interface StreamDecoder {
  write(bytes: Buffer): string;
  end(): string | undefined;
}

/** Text of a stream of bytes: the mark at its start decides, else UTF-8 where it is valid, else what letters suggest. */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  let decoder: StreamDecoder | undefined;
  let isStart = true;
  for await (const chunk of rechunked(bytes)) {
    // ASCII reads the same in all encodings but the wide ones, so the first other bytes decide.
    const isPlain = isAscii(chunk) && !(isStart && chunk.includes(0));
    if (!decoder && !isPlain) decoder = openDecoder(encodingOf(chunk, isStart));
    isStart = false;
    yield decoder ? decoder.write(chunk) : chunk.toString('latin1');
  }
  const rest = decoder?.end();
  if (rest) yield rest;
}

/** The text of a part of a file whose encoding is not known. */
export function decodeAll(bytes: Buffer): string {
  const decoder = openDecoder(encodingOf(bytes.subarray(0, SAMPLE), true));
  return decoder.write(bytes) + (decoder.end() ?? '');
}

/** Name of an encoding that the decoder has. `isStart`: a byte order mark may be there. */
export function encodingOf(sample: Buffer, isStart: boolean): string {
  const marked = isStart ? markOf(sample) : undefined;
  if (marked) return marked;
  const wide = wideOf(sample);
  if (wide) return wide;
  if (isUtf8(withoutPartialEnd(sample))) return 'utf-8';
  return guessedEncoding(sample) ?? FALLBACK;
}

/** By the frequency of letters. Where most of them are not ASCII, the language is none of the Latin script. */
function guessedEncoding(sample: Buffer): string | undefined {
  const high = sample.filter((byte) => byte > 0x7f).length;
  const letters = sample.filter((byte) => byte > 0x40).length;
  const isLatin = high < letters / 2;
  const known = analyse(sample).filter(({ name }) => !name.startsWith('UTF') && encodingExists(name));
  const found = known.find(({ name, confidence }) => (isLatin ? confidence >= MIN_CONFIDENCE : !LATIN.test(name)));
  // The superset of Latin 1 has the quotes that are used in practice.
  return found?.name === 'ISO-8859-1' ? FALLBACK : found?.name;
}

function markOf(sample: Buffer): string | undefined {
  const mark = sample.subarray(0, 4).toString('hex');
  if (mark.startsWith('efbbbf')) return 'utf-8';
  if (mark === 'fffe0000') return 'utf-32le';
  if (mark === '0000feff') return 'utf-32be';
  if (mark.startsWith('fffe')) return 'utf-16le';
  return mark.startsWith('feff') ? 'utf-16be' : undefined;
}

/** UTF-16 without a mark: in many units one half is zero and the other a character of ASCII, and never the other way. */
function wideOf(sample: Buffer): string | undefined {
  const little = countPlainUnits(sample, 1);
  const big = countPlainUnits(sample, 0);
  const many = (sample.length / 2) * MANY;
  if (little > many && big === 0) return 'utf-16le';
  return big > many && little === 0 ? 'utf-16be' : undefined;
}

/** `high`: where in a unit its high half is. */
function countPlainUnits(sample: Buffer, high: 0 | 1): number {
  let count = 0;
  for (let at = 0; at + 1 < sample.length; at += 2)
    if (sample[at + high] === 0 && isPrintable(sample[at + 1 - high] ?? 0)) count += 1;
  return count;
}

const isPrintable = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13);

/** Without a character that the end of the sample cuts. */
function withoutPartialEnd(sample: Buffer): Buffer {
  let end = sample.length;
  const isContinuation = (at: number) => ((sample[at] ?? 0) & 0xc0) === 0x80;
  while (end > 0 && sample.length - end < 3 && isContinuation(end - 1)) end -= 1;
  const lead = sample[end - 1] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return sample.length - end + 1 < length ? sample.subarray(0, end - 1) : sample;
}

const openDecoder = (encoding: string): StreamDecoder => getDecoder(encoding, { stripBOM: true });

function isAscii(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte > 0x7f) return false;
  return true;
}

/** Chunks of at least the size of a sample, except the last. */
async function* rechunked(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of bytes) {
    parts.push(part);
    length += part.byteLength;
    if (length < SAMPLE) continue;
    yield Buffer.concat(parts);
    parts = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(parts);
}
