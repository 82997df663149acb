/** A chunk of a text, and where it starts: in code points, and in lines, from the start of the text. */
export interface Piece {
  text: string;
  start: number;
  line: number;
}

/** Splits streamed text. Pieces come as soon as they are complete. */
export interface TextSplitter {
  push(text: string): Piece[];
  end(): Piece[];
}

const SURROGATE = /[\ud800-\udfff]/;

export const hasSurrogates = (text: string): boolean => SURROGATE.test(text);

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** True when the position is between the halves of one character. */
export const isInsidePair = (text: string, position: number): boolean =>
  position > 0 && isLow(text.charCodeAt(position)) && isHigh(text.charCodeAt(position - 1));

/** Code points of `text` from `start` to `end`. */
export function countCodePoints(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (at === start || !isInsidePair(text, at)) count += 1;
  return count;
}

/** The position `count` code points after `start`, at most `end`. */
export function advance(text: string, start: number, count: number, end: number): number {
  let at = start;
  for (let left = count; left > 0 && at < end; left--) at += isInsidePair(text, at + 1) ? 2 : 1;
  return Math.min(at, end);
}

/** Line breaks of `text` from `start` to `end`. */
export function countLines(text: string, start: number, end: number): number {
  const part = text.slice(start, end);
  let count = 0;
  for (let at = part.indexOf('\n'); at !== -1; at = part.indexOf('\n', at + 1)) count += 1;
  return count;
}
