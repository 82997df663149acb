import type { JsonObject } from '../../../../common/util/json';
import type { ExtractedPart } from '../extraction.types';
import { cleanText } from './clean-text';
import { LIMITS } from './limits';

/** Characters from which a heading starts a new part, so that short sections stay together. */
const MIN_SECTION = 800;
/** Characters after which a section goes on in a further part. */
const MAX_PIECE = 64 * 1024;
const INDENT = '  ';
const MAX_INDENT = 16;
const WHITE_SPACE = /\s+/g;

interface Table {
  rows: number;
  cells: string[];
  isInCell: boolean;
}

/**
 * Writes Markdown from the events of a document: headings, paragraphs, lists and tables. Sections become parts, with the
 * headings above them as metadata; a table is written row by row, with the first as its head.
 */
export class MarkdownWriter {
  private parts: ExtractedPart[] = [];
  private written: string[] = [];
  private length = 0;
  private line = '';
  /** White space at the start of what follows is left out. */
  private isSpaced = true;
  private prefix = '';
  /** Line breaks in front of the next line. */
  private gap = 0;
  private level = 0;
  private headings: (string | undefined)[] = [];
  private sectionHeadings: string[] = [];
  private continues = false;
  private readonly lists: { isOrdered: boolean; count: number }[] = [];
  private readonly tables: Table[] = [];

  /** Of all parts. */
  constructor(private readonly metadata: JsonObject = {}) {}

  /** White space is collapsed. */
  text(text: string): void {
    const collapsed = text.replace(WHITE_SPACE, ' ');
    const table = this.tables[0];
    if (table) {
      const last = table.cells.length - 1;
      const cell = table.cells[last] ?? '';
      if (table.isInCell && cell.length < MAX_PIECE) table.cells[last] = cell + collapsed;
    } else this.append(this.isSpaced ? collapsed.trimStart() : collapsed);
  }

  /** A line that is kept as it is, such as one of code. */
  verbatim(text: string): void {
    if (this.tables.length > 0) return this.text(text);
    this.append(text);
  }

  breakLine(): void {
    this.endLine(1);
  }

  /** Within a list, blocks are lines. */
  endBlock(): void {
    this.endLine(this.lists.length > 0 ? 1 : 2);
  }

  /** What follows, until the end of the block, is a heading. */
  startHeading(level: number): void {
    this.endBlock();
    if (this.tables.length > 0) return;
    if (this.length >= MIN_SECTION) this.endPart(false);
    this.level = Math.min(Math.max(level, 1), 6);
    this.prefix = `${'#'.repeat(this.level)} `;
  }

  startList(isOrdered: boolean): void {
    this.endBlock();
    this.lists.push({ isOrdered, count: 0 });
  }

  startItem(): void {
    this.endLine(1);
    const list = this.lists.at(-1) ?? { isOrdered: false, count: 0 };
    list.count += 1;
    const indent = INDENT.repeat(Math.min(Math.max(this.lists.length - 1, 0), MAX_INDENT));
    this.prefix = `${indent}${list.isOrdered ? `${list.count}.` : '-'} `;
  }

  endList(): void {
    this.lists.pop();
    this.endBlock();
  }

  /** A table in a cell of another becomes text of the cell. */
  startTable(): void {
    if (this.tables.length === 0) this.endBlock();
    this.tables.push({ rows: 0, cells: [], isInCell: false });
  }

  startCell(span = 1): void {
    const [table] = this.tables;
    if (!table || this.tables.length > 1) return;
    for (let count = 0; count < span && table.cells.length < LIMITS.columns; count++) table.cells.push('');
    table.isInCell = true;
  }

  endCell(): void {
    if (this.tables.length > 1) return this.text(' ');
    if (this.tables[0]) this.tables[0].isInCell = false;
  }

  endRow(): void {
    const [table] = this.tables;
    if (!table || this.tables.length > 1 || table.cells.length === 0) return;
    const cells = table.cells.map((cell) => cell.trim().replaceAll('|', '\\|'));
    if (cells.some((cell) => cell !== '')) {
      this.writeRow(cells);
      table.rows += 1;
      if (table.rows === 1) this.writeRow(cells.map(() => '---'));
    }
    table.cells = [];
  }

  endTable(): void {
    this.endRow();
    this.tables.pop();
    if (this.tables.length === 0) this.gap = 2;
  }

  /** Ends the document, or the page, slide or chapter. */
  endPart(continues: boolean): void {
    const text = cleanText(this.written.join(''));
    this.written = [];
    this.length = 0;
    const metadata =
      this.sectionHeadings.length > 0 ? { ...this.metadata, headings: this.sectionHeadings } : this.metadata;
    const part = { text: continues ? text : text.trimEnd(), metadata: { ...metadata } };
    if (part.text.trim() !== '') this.parts.push(this.continues ? { ...part, continues: true } : part);
    this.continues = continues;
    if (!continues) this.gap = 0;
  }

  end(): void {
    while (this.tables.length > 0) this.endTable();
    this.endBlock();
    this.endPart(false);
  }

  /** The parts that are complete. */
  take(): ExtractedPart[] {
    return this.parts.splice(0);
  }

  /** A line without end is written in pieces. */
  private append(text: string): void {
    if (text === '') return;
    this.line += text;
    this.isSpaced = text.endsWith(' ');
    if (this.line.length < MAX_PIECE) return;
    this.write(this.prefix + this.line);
    this.line = this.prefix = '';
    this.gap = this.level = 0;
  }

  private writeRow(cells: readonly string[]): void {
    this.write(`| ${cells.join(' | ')} |`);
    this.gap = 1;
  }

  private endLine(gap: number): void {
    if (this.tables.length > 0) return this.text(' ');
    const text = this.line.trimEnd();
    if (text.trim() !== '') {
      this.write(this.prefix + text);
      if (this.level > 0) this.enterHeading(text.trim());
      this.gap = gap;
      this.prefix = '';
    } else if (this.length > 0) this.gap = Math.max(this.gap, gap);
    this.line = '';
    this.isSpaced = true;
    if (gap > 1) this.prefix = '';
    this.level = 0;
  }

  private enterHeading(text: string): void {
    this.headings.length = Math.min(this.headings.length, this.level);
    this.headings[this.level] = text;
    if (this.sectionStarts()) this.sectionHeadings = this.headings.filter((heading) => heading !== undefined);
  }

  /** Nothing but headings was written in this part. */
  private sectionStarts(): boolean {
    return !this.continues && this.written.every((line) => /^\n*#/.test(line));
  }

  private write(line: string): void {
    const text = '\n'.repeat(this.length > 0 || this.continues ? this.gap : 0) + line;
    if (this.length === 0 && !this.continues && this.level === 0) this.sectionHeadings = this.current();
    this.written.push(text);
    this.length += text.length;
    if (this.length > MAX_PIECE) this.endPart(true);
  }

  private current(): string[] {
    return this.headings.filter((heading) => heading !== undefined);
  }
}
