import type { ExtractedPart } from '../extraction.types';
import { encrypted, LIMITS } from './limits';
import { MarkdownWriter } from './markdown-writer';
import { attributeOf, openMarkup, type MarkupHandler } from './markup';
import { SheetWriter } from './sheet-writer';
import type { ZipFile } from './zip';

type Attributes = Readonly<Record<string, string>>;

const CONTENT = 'content.xml';
const MANIFEST = 'META-INF/manifest.xml';

/** Text documents become sections; each slide of a presentation is a part, numbered from 1. */
export async function* readOdt(zip: ZipFile): AsyncGenerator<ExtractedPart, void> {
  const handler = new TextHandler();
  yield* run(zip, handler, 'an OpenDocument text');
}

/** One part for each sheet; long sheets in several. */
export async function* readOds(zip: ZipFile): AsyncGenerator<ExtractedPart, void> {
  yield* run(zip, new SpreadsheetHandler(), 'an OpenDocument spreadsheet');
}

async function* run(
  zip: ZipFile,
  handler: MarkupHandler & { take(): ExtractedPart[]; end(): void },
  kind: string,
): AsyncGenerator<ExtractedPart, void> {
  if (zip.optionalText(MANIFEST).includes('encryption-data')) throw encrypted();
  const reader = openMarkup(handler, { isXml: true, kind });
  for await (const text of zip.stream(CONTENT)) {
    reader.write(text);
    yield* handler.take();
  }
  reader.end();
  handler.end();
  yield* handler.take();
}

/** Elements with text that is not of the document: tracked deletions, notes of reviewers, settings. */
const SKIPPED = new Set(['tracked-changes', 'annotation', 'scripts', 'font-face-decls', 'automatic-styles', 'desc']);

class TextHandler implements MarkupHandler {
  private writer = new MarkdownWriter();
  private readonly done: ExtractedPart[] = [];
  private skipped = 0;
  private paragraphs = 0;
  private slide = 0;

  open(name: string, attributes: Attributes): void {
    if (this.skipped > 0 || SKIPPED.has(name)) this.skipped += 1;
    else if (name === 'p' || name === 'h') this.startParagraph(name, attributes);
    else if (name === 'page') this.startSlide();
    else OPENERS[name]?.(this.writer, attributes);
  }

  text(text: string): void {
    if (this.skipped === 0 && this.paragraphs > 0) this.writer.text(text);
  }

  close(name: string): void {
    if (this.skipped > 0) {
      this.skipped -= 1;
      return;
    }
    if (name === 'p' || name === 'h') {
      this.paragraphs -= 1;
      this.writer.endBlock();
    }
    if (name === 'page') this.finish();
    CLOSERS[name]?.(this.writer);
  }

  take(): ExtractedPart[] {
    return [...this.done.splice(0), ...this.writer.take()];
  }

  end(): void {
    this.finish();
  }

  private startParagraph(name: string, attributes: Attributes): void {
    this.paragraphs += 1;
    if (name === 'h') this.writer.startHeading(Number(attributeOf(attributes, 'outline-level')) || 1);
  }

  private startSlide(): void {
    this.finish();
    this.slide += 1;
    this.writer = new MarkdownWriter({ slide: this.slide });
  }

  private finish(): void {
    this.writer.end();
    this.done.push(...this.writer.take());
    this.writer = new MarkdownWriter(this.slide > 0 ? { slide: this.slide } : {});
  }
}

const OPENERS: Record<string, ((writer: MarkdownWriter, attributes: Attributes) => void) | undefined> = {
  list: (writer) => writer.startList(false),
  'list-item': (writer) => writer.startItem(),
  table: (writer) => writer.startTable(),
  'table-cell': (writer) => writer.startCell(),
  'covered-table-cell': (writer) => writer.startCell(),
  'line-break': (writer) => writer.breakLine(),
  tab: (writer) => writer.text(' '),
  s: (writer) => writer.text(' '),
};

const CLOSERS: Record<string, ((writer: MarkdownWriter) => void) | undefined> = {
  list: (writer) => writer.endList(),
  'table-cell': (writer) => writer.endCell(),
  'table-row': (writer) => writer.endRow(),
  table: (writer) => writer.endTable(),
};

class SpreadsheetHandler implements MarkupHandler {
  private writer: SheetWriter | undefined;
  private readonly done: ExtractedPart[] = [];
  private row = 0;
  private repeatedRows = 1;
  private cells: string[] = [];
  private value = '';
  private repeatedCells = 1;
  private paragraphs = 0;
  private skipped = 0;

  open(name: string, attributes: Attributes): void {
    if (this.skipped > 0 || SKIPPED.has(name)) this.skipped += 1;
    else if (name === 'table') this.startSheet(attributeOf(attributes, 'name'));
    else if (name === 'table-row') this.startRow(attributes);
    else if (name === 'table-cell' || name === 'covered-table-cell') this.startCell(attributes);
    else if (name === 'p') this.startParagraph();
  }

  text(text: string): void {
    if (this.skipped === 0 && this.paragraphs > 0) this.value += text;
  }

  close(name: string): void {
    if (this.skipped > 0) this.skipped -= 1;
    else if (name === 'p') this.paragraphs -= 1;
    else if (name === 'table-cell' || name === 'covered-table-cell') this.endCell();
    else if (name === 'table-row') this.endRow();
    else if (name === 'table') this.end();
  }

  take(): ExtractedPart[] {
    return [...this.done.splice(0), ...(this.writer?.take() ?? [])];
  }

  end(): void {
    this.done.push(...(this.writer?.end() ?? []));
    this.writer = undefined;
  }

  private startSheet(name: string): void {
    this.end();
    this.writer = new SheetWriter({ sheet: name });
    this.row = 0;
  }

  private startRow(attributes: Attributes): void {
    this.cells = [];
    this.repeatedRows = repetitionOf(attributes, 'number-rows-repeated');
  }

  private startCell(attributes: Attributes): void {
    this.value = '';
    this.repeatedCells = repetitionOf(attributes, 'number-columns-repeated');
  }

  private startParagraph(): void {
    if (this.value !== '') this.value += '\n';
    this.paragraphs += 1;
  }

  private endCell(): void {
    const room = LIMITS.columns - this.cells.length;
    for (let count = Math.min(this.repeatedCells, room); count > 0; count--) this.cells.push(this.value);
  }

  /** Rows are repeated to fill the sheet; those with values are seldom more than a few. */
  private endRow(): void {
    const hasValues = this.cells.some((cell) => cell.trim() !== '');
    const count = hasValues ? Math.min(this.repeatedRows, LIMITS.columns) : 0;
    for (let index = 0; index < count; index++) this.writer?.writeRow(this.row + index + 1, this.cells);
    this.row += this.repeatedRows;
  }
}

const repetitionOf = (attributes: Attributes, name: string): number =>
  Math.max(1, Math.min(Number(attributeOf(attributes, name)) || 1, 2_000_000));
