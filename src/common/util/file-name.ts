import { toUSVString } from 'node:util';

const FALLBACK = 'file';
/** Bytes; limit of common file systems for a name. */
const MAX_BYTES = 255;

/** Control characters, and those that reverse or hide text: `\u202Egnp.exe` would show as `exe.png`. */
const INVISIBLE = /[\p{Cc}\u200B-\u200F\u2028-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]/gu;

/**
 * Converts a client's file name to one that is safe to show, to send in a header and to save: the part after the last
 * slash or backslash, without invisible characters, at most 255 bytes including its extension, never empty, `.` or
 * `..`. Storage keys are never derived from it.
 */
export function safeFileName(name: string): string {
  // Bounds the cost for very long names; the end has the extension.
  const base =
    name
      .slice(-4 * MAX_BYTES)
      .split(/[/\\]/)
      .at(-1) ?? '';
  const clean = toUSVString(base).replace(INVISIBLE, '').trim();
  return /^\.*$/.test(clean) ? FALLBACK : bounded(clean);
}

function bounded(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : '';
  return cut(name.slice(0, name.length - extension.length), MAX_BYTES - Buffer.byteLength(extension)) + extension;
}

/** The longest prefix within this number of bytes, without splitting a character. */
function cut(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read).trimEnd();
}
