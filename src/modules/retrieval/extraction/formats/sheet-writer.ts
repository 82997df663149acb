import type { JsonObject } from '../../../../common/util/json';
import type { ExtractedPart } from '../extraction.types';
import { cleanText } from './clean-text';
import { LIMITS } from './limits';

/** Characters after which a sheet goes on in a further part, with its head repeated. */
const MAX_PIECE = 32_768;
const MAX_CELL = 32_767;

/** Writes the rows of one sheet as a Markdown table; the first row with values is its head. */
export class SheetWriter {
  private head: string[] | undefined;
  private headRow = 0;
  private lines: string[] = [];
  private length = 0;
  private firstRow = 0;
  private lastRow = 0;
  private parts: ExtractedPart[] = [];

  constructor(private readonly metadata: JsonObject) {}

  /** `number` counts from 1, as in the sheet. Blank rows are left out. */
  writeRow(number: number, values: readonly string[]): void {
    let width = Math.min(values.length, LIMITS.columns);
    while (width > 0 && (values[width - 1] ?? '').trim() === '') width -= 1;
    if (width === 0) return;
    const cells = Array.from({ length: width }, (_, index) => cellText(values[index] ?? ''));
    if (!this.head) {
      this.head = cells;
      this.headRow = number;
    } else this.addRow(number, cells);
  }

  end(): ExtractedPart[] {
    if (this.lines.length > 0 || (this.head && this.parts.length === 0)) this.endPart();
    return this.take();
  }

  /** The parts that are complete. */
  take(): ExtractedPart[] {
    return this.parts.splice(0);
  }

  private addRow(number: number, cells: readonly string[]): void {
    if (this.lines.length === 0) this.firstRow = number;
    this.lastRow = number;
    const line = toLine(cells);
    this.lines.push(line);
    this.length += line.length;
    if (this.length > MAX_PIECE) this.endPart();
  }

  private endPart(): void {
    const head = this.head ?? [];
    const text = cleanText([toLine(head), toLine(head.map(() => '---')), ...this.lines].join('\n'));
    const rows = this.lines.length > 0 ? [this.firstRow, this.lastRow] : [this.headRow, this.headRow];
    this.parts.push({ text, metadata: { ...this.metadata, first_row: rows[0], last_row: rows[1] } });
    this.lines = [];
    this.length = 0;
  }
}

const toLine = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const cellText = (value: string): string => value.slice(0, MAX_CELL).replace(/\s+/g, ' ').trim().replaceAll('|', '\\|');
