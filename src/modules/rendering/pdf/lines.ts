import bidiFactory from 'bidi-js';
import LineBreaker from 'linebreak';
import type { Fonts } from './fonts';

/** Text of one font and direction, ready to be drawn. */
export interface Run {
  name: string;
  text: string;
  isTurnedByFont: boolean;
}

interface Line {
  start: number;
  end: number;
  width: number;
}

interface ParagraphOptions {
  fonts: Fonts;
  size: number;
  weight: number;
  /** Of the column. */
  width: number;
}

const bidi = bidiFactory();
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Marks and joiners belong to the character before them. */
const ATTACHED = /[\p{M}\u200c\u200d]/u;
/** What steers and is not seen; variation selectors too. */
const UNSEEN = /[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\p{Cc}]/u;
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;
/** Characters of a piece without a place to break that is measured as a whole. */
const MAX_PIECE = 200;
/** Code units. */
const WINDOW = 500;

/** A font's name for every code unit; undefined for what is not seen. */
function fontsOf(text: string, fonts: Fonts, weight: number): (string | undefined)[] {
  const names: (string | undefined)[] = [];
  let last: string | undefined;
  for (const character of text) {
    let name: string | undefined;
    if (last !== undefined && ATTACHED.test(character)) name = fonts.has(last, character) ? last : undefined;
    else if (!UNSEEN.test(character)) name = fonts.find(character, weight);
    for (const _ of character.split('')) names.push(name);
    last = name ?? last;
  }
  return names;
}

/** Breaks a paragraph into lines and puts its characters into the order in which they are seen. */
export class Paragraph {
  private readonly fonts: Fonts;
  private readonly size: number;
  private readonly maxWidth: number;
  private readonly levels: ReturnType<typeof bidi.getEmbeddingLevels>;
  private readonly names: readonly (string | undefined)[];
  private readonly finished: Line[] = [];
  private line: Line = { start: 0, end: 0, width: 0 };

  constructor(
    private readonly text: string,
    { fonts, size, weight, width }: ParagraphOptions,
  ) {
    this.fonts = fonts;
    this.size = size;
    this.maxWidth = width;
    this.levels = bidi.getEmbeddingLevels(text);
    this.names = fontsOf(text, fonts, weight);
  }

  /** Whether its lines begin at the right. */
  get isRightToLeft(): boolean {
    return (this.levels.paragraphs[0]?.level ?? 0) % 2 === 1;
  }

  /** Runs of one font from left to right, for every line. */
  lines(): Run[][] {
    const breaker = new LineBreaker(this.text);
    let start = 0;
    for (let next = breaker.nextBreak(); next; next = breaker.nextBreak()) {
      this.add(start, next.position);
      start = next.position;
    }
    this.finished.push(this.line);
    return this.finished.map(({ start, end }) => this.runs(start, end));
  }

  /** A piece goes to the next line when it does not fit, and is cut when it fits on none. */
  private add(start: number, end: number): void {
    const seen = start + this.text.slice(start, end).trimEnd().length;
    const width = end - start > MAX_PIECE ? Infinity : this.width(start, seen);
    if (width > this.maxWidth) return this.cut(start, end);
    if (this.line.width + width > this.maxWidth) this.end(start);
    this.line.width += width + this.width(seen, end);
    this.line.end = end;
  }

  private cut(start: number, end: number): void {
    for (const [from, to] of this.graphemes(start, end)) {
      const width = this.width(from, to);
      if (this.line.width + width > this.maxWidth && this.line.end > this.line.start) this.end(from);
      this.line.width += width;
      this.line.end = to;
    }
  }

  /** In windows, since a segmenter needs for each part of a long text longer than for the one before. */
  private *graphemes(start: number, end: number): Generator<[number, number], void> {
    for (let from = start; from < end;) {
      const to = Math.min(end, from + WINDOW);
      const parts = [...graphemes.segment(this.text.slice(from, to))];
      // The last one may go on behind the window.
      if (to < end && parts.length > 1) parts.pop();
      for (const { segment } of parts) yield [from, (from += segment.length)];
    }
  }

  private end(start: number): void {
    this.finished.push(this.line);
    this.line = { start, end: start, width: 0 };
  }

  private width(start: number, end: number): number {
    let width = 0;
    for (let from = start, to = start; from < end; from = to) {
      const name = this.names[from];
      for (to = from + 1; to < end && this.names[to] === name;) to++;
      if (name) width += this.fonts.width(name, this.size, this.text.slice(from, to));
    }
    return width;
  }

  private runs(start: number, end: number): Run[] {
    const runs: (Pick<Run, 'name' | 'text'> & { level: number })[] = [];
    for (const index of this.order(start, start + this.text.slice(start, end).trimEnd().length)) {
      const name = this.names[index];
      if (!name) continue;
      const level = this.levels.levels[index] ?? 0;
      const run = runs.at(-1);
      const character =
        (level % 2 === 1 && bidi.getMirroredCharacter(this.text.charAt(index))) || this.text.charAt(index);
      if (run?.name === name && run.level === level) run.text += character;
      else runs.push({ name, level, text: character });
    }
    return runs.map((run) => this.toDraw(run));
  }

  /** The code units from left to right. */
  private order(start: number, end: number): number[] {
    if (start >= end) return [];
    const order = Array.from({ length: end - start }, (_, offset) => start + offset);
    for (const [first = 0, last = 0] of bidi.getReorderSegments(this.text, this.levels, start, end - 1)) {
      const turned = order.slice(first - start, last - start + 1).reverse();
      order.splice(first - start, turned.length, ...turned);
    }
    return order;
  }

  /** Letters of a script from the right are turned by the font, which has to see words as they are written. */
  private toDraw({ name, level, text }: { name: string; level: number; text: string }): Run {
    const isTurned = level % 2 === 1;
    const isTurnedByFont = isTurned && RIGHT_TO_LEFT.test(text);
    return {
      name,
      text: isTurnedByFont ? text.split('').reverse().join('') : joinPairs(text, isTurned),
      isTurnedByFont,
    };
  }
}

/** Halves of a character beyond the first plane stand in the wrong order where code units were turned. */
const joinPairs = (text: string, isTurned: boolean): string =>
  isTurned ? text.replace(/([\udc00-\udfff])([\ud800-\udbff])/g, '$2$1') : text;
