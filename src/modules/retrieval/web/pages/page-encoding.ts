import { setImmediate } from 'node:timers/promises';
import { TextDecoder } from 'node:util';

/** Bytes at the beginning of a page in which browsers look for its encoding. */
const HEAD = 4096;
/** Bytes that are decoded at once. */
const SLICE = 262_144;

const DECLARED = /<meta[^>]{0,1000}?charset\s{0,10}=\s{0,10}["']?([\w:.-]{1,40})/i;
const IN_HEADER = /;\s*charset\s*=\s*"?([\w:.-]{1,40})/i;

/** The text of a page: by its byte order mark, its header, what it declares, or as UTF-8 where it is, else as detected. */
export async function decodePage(bytes: Buffer, contentType: string): Promise<string> {
  const declared = markOf(bytes) ?? IN_HEADER.exec(contentType)?.[1];
  const decoder = decoderFor(declared ?? DECLARED.exec(bytes.toString('latin1', 0, HEAD))?.[1] ?? '');
  if (decoder) return decode(bytes, decoder);
  try {
    return await decode(bytes, new TextDecoder('utf-8', { fatal: true }));
  } catch {
    const { detect } = await import('chardet');
    return decode(bytes, decoderFor(detect(bytes.subarray(0, SLICE)) ?? '') ?? new TextDecoder('windows-1252'));
  }
}

function markOf(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) return 'utf-8';
  if (bytes.subarray(0, 2).equals(Buffer.from([0xfe, 0xff]))) return 'utf-16be';
  return bytes.subarray(0, 2).equals(Buffer.from([0xff, 0xfe])) ? 'utf-16le' : undefined;
}

function decoderFor(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}

async function decode(bytes: Buffer, decoder: TextDecoder): Promise<string> {
  let text = '';
  for (let at = 0; at < bytes.length; at += SLICE) {
    if (at > 0) await setImmediate();
    text += decoder.decode(bytes.subarray(at, at + SLICE), { stream: true });
  }
  return text + decoder.decode();
}
