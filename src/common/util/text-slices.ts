/**
 * The pieces joined to slices of `size` characters or a little more: long texts travel in slices, so that no copy of the
 * whole is made. No slice ends within a surrogate pair.
 */
export function* textSlices(pieces: Iterable<string>, size: number): Generator<string, void> {
  let slice = '';
  for (const piece of pieces) {
    for (let start = 0, end = 0; start < piece.length; start = end) {
      end = wholeEnd(piece, start + size - slice.length);
      slice += piece.slice(start, end);
      if (slice.length < size) continue;
      yield slice;
      slice = '';
    }
  }
  if (slice !== '') yield slice;
}

/** The position, or the next one when it is within a surrogate pair. */
function wholeEnd(text: string, position: number): number {
  if (position >= text.length) return text.length;
  const before = text.charCodeAt(position - 1);
  return before >= 0xd800 && before <= 0xdbff ? position + 1 : position;
}

/** Characters that are encoded at once: such strings are short-lived and cost little. */
const ENCODED = 32_768;
/** Bytes that a UTF-16 code unit takes at most. */
const MOST_BYTES = 3;

/** The pieces as UTF-8, in slices of at most `size` bytes. Each is valid until the next one is asked for. */
export function* utf8Slices(pieces: Iterable<string>, size: number): Generator<Buffer, void> {
  const buffer = Buffer.allocUnsafe(Math.max(size, (ENCODED + 1) * MOST_BYTES));
  let length = 0;
  for (const text of textSlices(pieces, ENCODED)) {
    if (length + text.length * MOST_BYTES > buffer.length) {
      yield buffer.subarray(0, length);
      length = 0;
    }
    length += buffer.write(text, length);
  }
  if (length > 0) yield buffer.subarray(0, length);
}
