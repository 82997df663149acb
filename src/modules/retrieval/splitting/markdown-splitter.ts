import { RecursiveSplitter } from './recursive-splitter';

/** A chunk of a section, and the headings above it, outermost first. */
export interface HeadedPiece {
  text: string;
  headings: string[];
}

interface Block {
  text: string;
  headings: string[];
}

/** Code units after which a section is split although it goes on. */
const MAX_SECTION = 256 * 1024;
const MAX_LEVEL = 6;
/** Control and format characters, except tabs. */
const INVISIBLE = /[^\P{C}\t]/gu;

/**
 * Splits Markdown into sections by its headings, outside of fenced code, and sections by the recursive splitter. Lines
 * are trimmed; blocks of a section are joined by a hard line break. A heading without text of its own joins the section
 * below it.
 */
export class MarkdownSplitter {
  private rest = '';
  private block: string[] = [];
  private blockLength = 0;
  private section: Block | undefined;
  private fence = '';
  /** Heading by level; levels may be left out. */
  private headings: (string | undefined)[] = [];
  /** Those of the block: a heading counts from the line after it. */
  private blockHeadings: string[] = [];
  private pieces: HeadedPiece[] = [];

  constructor(
    private readonly size: number,
    private readonly overlap: number,
  ) {}

  push(text: string): HeadedPiece[] {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    if (this.rest.length > MAX_SECTION) {
      lines.push(this.rest);
      this.rest = '';
    }
    for (const line of lines) this.read(line);
    return this.pieces.splice(0);
  }

  end(): HeadedPiece[] {
    this.read(this.rest);
    this.rest = '';
    this.endBlock();
    this.endSection();
    this.fence = '';
    this.headings = [];
    this.blockHeadings = [];
    return this.pieces.splice(0);
  }

  private read(raw: string): void {
    const line = raw.trim().replace(INVISIBLE, '');
    this.trackFence(line);
    const level = this.fence === '' ? levelOf(line) : 0;
    if (level > 0) this.startSection(line, level);
    else if (line === '' && this.fence === '') this.endBlock();
    else this.addLine(line);
    this.blockHeadings = this.headings.filter((heading) => heading !== undefined);
  }

  private trackFence(line: string): void {
    if (this.fence === '') this.fence = fenceOf(line);
    else if (line.startsWith(this.fence)) this.fence = '';
  }

  private startSection(line: string, level: number): void {
    this.endBlock();
    this.headings.length = Math.min(this.headings.length, level);
    this.headings[level] = line.slice(level).trim();
    this.addLine(line);
  }

  private addLine(line: string): void {
    this.block.push(line);
    this.blockLength += line.length + 1;
    if (this.blockLength > MAX_SECTION) this.endBlock();
  }

  private endBlock(): void {
    if (this.block.length === 0) return;
    const block = { text: this.block.join('\n'), headings: this.blockHeadings };
    this.block = [];
    this.blockLength = 0;
    if (!this.section || !isJoined(this.section, block)) {
      this.endSection();
      this.section = block;
    } else this.section = { text: `${this.section.text}  \n${block.text}`, headings: block.headings };
    if (this.section.text.length > MAX_SECTION) this.endSection();
  }

  private endSection(): void {
    if (!this.section) return;
    const { text, headings } = this.section;
    const splitter = new RecursiveSplitter(this.size, this.overlap);
    for (const piece of [...splitter.push(text), ...splitter.end()]) this.pieces.push({ text: piece.text, headings });
    this.section = undefined;
  }
}

/** Of the line that opens a fence, its characters; else empty. A line of code in three backticks opens none. */
function fenceOf(line: string): string {
  if (line.startsWith('~~~')) return '~~~';
  return line.startsWith('```') && !line.includes('```', 3) ? '```' : '';
}

function levelOf(line: string): number {
  let level = 0;
  while (line[level] === '#') level += 1;
  return level <= MAX_LEVEL && (line.length === level || line[level] === ' ') ? level : 0;
}

function isJoined(section: Block, block: Block): boolean {
  if (section.headings.length === block.headings.length)
    return section.headings.every((heading, index) => heading === block.headings[index]);
  const lastLine = section.text.slice(section.text.lastIndexOf('\n') + 1);
  return section.headings.length < block.headings.length && lastLine.startsWith('#');
}
