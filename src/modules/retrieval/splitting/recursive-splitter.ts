import {
  advance,
  countCodePoints,
  countLines,
  hasSurrogates,
  isInsidePair,
  type Piece,
  type TextSplitter,
} from './piece';

/** Paragraph, line, word. What none of them splits is cut between characters. */
const SEPARATORS = ['\n\n', '\n', ' '];
/** Code units that are split at once; a longer text is cut in front of a separator first. */
const WINDOW = 256 * 1024;

/** A range of the window, in code units, and its size in code points. */
interface Range {
  start: number;
  end: number;
  size: number;
}

/**
 * Splits by paragraphs, those that are too long by lines, these by words, and these between characters. A separator
 * belongs to what follows it. Neighbours are merged up to `size`, and the end of a piece, up to `overlap`, is repeated at
 * the start of the next. White space around pieces is removed.
 */
export class RecursiveSplitter implements TextSplitter {
  private pending: string[] = [];
  private pendingLength = 0;
  /** Code points and lines before the current window. */
  private offset = 0;
  private line = 0;

  constructor(
    private readonly size: number,
    private readonly overlap: number,
  ) {}

  push(text: string): Piece[] {
    this.pending.push(text);
    this.pendingLength += text.length;
    if (this.pendingLength < 2 * WINDOW) return [];
    const all = this.take();
    const pieces: Piece[] = [];
    let start = 0;
    while (all.length - start >= 2 * WINDOW) {
      const end = cutBefore(all, start, start + WINDOW);
      for (const piece of this.split(all.slice(start, end))) pieces.push(piece);
      start = end;
    }
    this.pending = [all.slice(start)];
    this.pendingLength = all.length - start;
    return pieces;
  }

  end(): Piece[] {
    return this.split(this.take());
  }

  private take(): string {
    const text = this.pending.join('');
    this.pending = [];
    this.pendingLength = 0;
    return text;
  }

  private split(text: string): Piece[] {
    const window = new Window(text, this.size, this.overlap, { codePoints: this.offset, lines: this.line });
    const pieces = window.split();
    this.offset += window.length;
    this.line += countLines(text, 0, text.length);
    return pieces;
  }
}

/** Where to cut: before the last paragraph, line or word that starts in the second half, else at `end`. */
function cutBefore(text: string, start: number, end: number): number {
  for (const separator of SEPARATORS) {
    const found = text.lastIndexOf(separator, end);
    if (found > start + WINDOW / 2) return found;
  }
  return isInsidePair(text, end) ? end - 1 : end;
}

/** Of a position: what of the text is before it. */
interface Before {
  codePoints: number;
  lines: number;
}

class Window {
  private readonly pieces: Piece[] = [];
  private readonly isPlain: boolean;
  private readonly found = new Map<string, { from: number; position: number }>();
  private counted = { position: 0, codePoints: 0, lines: 0 };

  constructor(
    private readonly text: string,
    private readonly size: number,
    private readonly overlap: number,
    private readonly before: Before,
  ) {
    this.isPlain = !hasSurrogates(text);
  }

  /** Code points. */
  get length(): number {
    return this.sizeOf(0, this.text.length);
  }

  split(): Piece[] {
    this.splitRange(0, this.text.length, 0);
    return this.pieces;
  }

  private splitRange(start: number, end: number, level: number): void {
    const found = SEPARATORS.findIndex((separator, index) => index >= level && this.find(separator, start, end) !== -1);
    const separator = SEPARATORS[found];
    if (separator === undefined) return this.cut(start, end);
    let merged: Range[] = [];
    for (let from = start, to; from < end; from = to) {
      const skip = this.text.startsWith(separator, from) ? separator.length : 0;
      const next = this.find(separator, from + skip, end);
      to = next === -1 ? end : next;
      const size = this.sizeOf(from, to);
      if (size < this.size) merged.push({ start: from, end: to, size });
      else {
        this.merge(merged);
        merged = [];
        this.splitRange(from, to, found + 1);
      }
    }
    this.merge(merged);
  }

  /** The next position is remembered, so that looking for a rare separator takes one pass. */
  private find(separator: string, start: number, end: number): number {
    const known = this.found.get(separator);
    const isKnown = known !== undefined && start >= known.from && start <= known.position;
    const position = isKnown ? known.position : this.search(separator, start);
    return position + separator.length > end ? -1 : position;
  }

  private search(separator: string, from: number): number {
    const index = this.text.indexOf(separator, from);
    const position = index === -1 ? Infinity : index;
    this.found.set(separator, { from, position });
    return position;
  }

  /** Joins neighbours up to the size of a chunk; from chunk to chunk, some of them are repeated. */
  private merge(ranges: readonly Range[]): void {
    const current: Range[] = [];
    let total = 0;
    for (const range of ranges) {
      if (total + range.size > this.size) {
        this.emitAll(current);
        total = this.dropRepeated(current, total, range.size);
      }
      current.push(range);
      total += range.size;
    }
    this.emitAll(current);
  }

  /** Drops from the start what exceeds the overlap or leaves no room for the next one. Returns the remaining size. */
  private dropRepeated(ranges: Range[], size: number, next: number): number {
    let total = size;
    let count = 0;
    for (const range of ranges) {
      if (total <= this.overlap && total + next <= this.size) break;
      total -= range.size;
      count += 1;
    }
    ranges.splice(0, count);
    return total;
  }

  private emitAll(ranges: readonly Range[]): void {
    const [first] = ranges;
    const last = ranges.at(-1);
    if (first && last) this.emit(first.start, last.end);
  }

  private cut(start: number, end: number): void {
    const step = this.size - Math.min(this.overlap, this.size - 1);
    for (let from = start, to; ; from = this.after(from, step, end)) {
      to = this.after(from, this.size, end);
      this.emit(from, to);
      if (to >= end) return;
    }
  }

  private emit(start: number, end: number): void {
    const raw = this.text.slice(start, end);
    const text = raw.trim();
    if (text === '') return;
    const from = start + raw.length - raw.trimStart().length;
    const { codePoints, lines } = this.countTo(from);
    this.pieces.push({ text, start: this.before.codePoints + codePoints, line: this.before.lines + lines });
  }

  /** Starts of pieces seldom step back, so that each part of the text is counted about once. */
  private countTo(position: number): Before {
    const known = position < this.counted.position ? { position: 0, codePoints: 0, lines: 0 } : this.counted;
    this.counted = {
      position,
      codePoints: known.codePoints + this.sizeOf(known.position, position),
      lines: known.lines + countLines(this.text, known.position, position),
    };
    return this.counted;
  }

  private sizeOf(start: number, end: number): number {
    return this.isPlain ? end - start : countCodePoints(this.text, start, end);
  }

  private after(start: number, count: number, end: number): number {
    return this.isPlain ? Math.min(start + count, end) : advance(this.text, start, count, end);
  }
}
