import type { ExtractedPart } from '../extraction.types';
import { tooLarge, LIMITS } from './limits';
import { attributeOf, openMarkup, readMarkup, type MarkupHandler } from './markup';
import { formatDate, isBuiltInDate, isDateFormat } from './number-format';
import { relationshipsOf } from './office-zip';
import { SheetWriter } from './sheet-writer';
import type { ZipFile } from './zip';

type Attributes = Readonly<Record<string, string>>;

const KIND = 'an Excel workbook';
const WORKBOOK = 'xl/workbook.xml';
/** Characters of all shared strings. */
const MAX_STRINGS = 48_000_000;

interface Workbook {
  sheets: { name: string; entry: string }[];
  is1904: boolean;
  strings: string[];
  /** By style, whether numbers are dates. */
  dateStyles: boolean[];
}

/** One part for each sheet, in their order; long sheets in several. */
export async function* readXlsx(zip: ZipFile): AsyncGenerator<ExtractedPart, void> {
  const workbook = await readWorkbook(zip);
  for (const { name, entry } of workbook.sheets) {
    const writer = new SheetWriter({ sheet: name });
    const reader = openMarkup(new SheetHandler(workbook, writer), { isXml: true, kind: KIND });
    for await (const text of zip.stream(entry)) {
      reader.write(text);
      yield* writer.take();
    }
    reader.end();
    yield* writer.end();
  }
}

async function readWorkbook(zip: ZipFile): Promise<Workbook> {
  const targets = await relationshipsOf(zip, WORKBOOK);
  const workbook: Workbook = { sheets: [], is1904: false, strings: [], dateStyles: [] };
  await eachOpen(zip, WORKBOOK, (name, attributes) => {
    if (name === 'workbookPr') workbook.is1904 = ['1', 'true'].includes(attributes.date1904 ?? '');
    if (name !== 'sheet') return;
    const entry = targets.get(attributes['r:id'] ?? attributeOf(attributes, 'id'))?.target ?? '';
    if (zip.has(entry)) workbook.sheets.push({ name: attributes.name ?? '', entry });
  });
  for (const { type, target } of targets.values()) {
    if (type === 'sharedStrings' && zip.has(target)) workbook.strings = await readStrings(zip, target);
    if (type === 'styles' && zip.has(target)) workbook.dateStyles = await readStyles(zip, target);
  }
  return workbook;
}

async function eachOpen(
  zip: ZipFile,
  entry: string,
  open: (name: string, attributes: Attributes) => void,
): Promise<void> {
  await readMarkup(
    zip.stream(entry),
    { open, text: () => undefined, close: () => undefined },
    { isXml: true, kind: KIND },
  );
}

async function readStrings(zip: ZipFile, entry: string): Promise<string[]> {
  const strings: string[] = [];
  let text = '';
  let length = 0;
  let isText = false;
  let phonetic = 0;
  const handler: MarkupHandler = {
    open(name) {
      if (name === 'si') text = '';
      isText = name === 't';
      if (name === 'rPh') phonetic += 1;
    },
    text(part) {
      if (isText && phonetic === 0) text += part;
    },
    close(name) {
      isText = false;
      if (name === 'rPh') phonetic -= 1;
      if (name !== 'si') return;
      strings.push(text);
      length += text.length;
      if (length > MAX_STRINGS) throw tooLarge(LIMITS.unpackedPart);
    },
  };
  await readMarkup(zip.stream(entry), handler, { isXml: true, kind: KIND });
  return strings;
}

async function readStyles(zip: ZipFile, entry: string): Promise<boolean[]> {
  const formats = new Map<number, string>();
  const styles: number[] = [];
  let isCellStyles = false;
  await eachOpen(zip, entry, (name, attributes) => {
    if (name === 'numFmt') formats.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
    else if (name === 'cellXfs') isCellStyles = true;
    else if (name === 'cellStyles') isCellStyles = false;
    else if (name === 'xf' && isCellStyles) styles.push(Number(attributes.numFmtId));
  });
  return styles.map((id) => (formats.has(id) ? isDateFormat(formats.get(id) ?? '') : isBuiltInDate(id)));
}

class SheetHandler implements MarkupHandler {
  private row = 0;
  private cells: string[] = [];
  private column = 0;
  private type = '';
  private isDate = false;
  private value = '';
  private isValue = false;

  constructor(
    private readonly workbook: Workbook,
    private readonly writer: SheetWriter,
  ) {}

  open(name: string, attributes: Attributes): void {
    if (name === 'row') this.startRow(attributes);
    else if (name === 'c') this.startCell(attributes);
    this.isValue = name === 'v' || name === 't';
  }

  text(text: string): void {
    if (this.isValue) this.value += text;
  }

  close(name: string): void {
    this.isValue = false;
    if (name === 'c' && this.column < LIMITS.columns) this.cells[this.column] = this.cellText();
    if (name === 'row') this.writer.writeRow(this.row, this.cells);
  }

  private startRow({ r }: Attributes): void {
    this.row = Number(r) || this.row + 1;
    this.cells = [];
    this.column = -1;
  }

  private startCell({ r = '', t = '', s = '' }: Attributes): void {
    const column = columnOf(r);
    this.column = column === -1 ? this.column + 1 : column;
    this.type = t;
    this.isDate = this.workbook.dateStyles[Number(s)] === true;
    this.value = '';
  }

  private cellText(): string {
    const { value, type } = this;
    if (type === 's') return this.workbook.strings[Number(value)] ?? '';
    if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
    const isNumber = (type === '' || type === 'n') && value !== '';
    return isNumber && this.isDate ? formatDate(Number(value), this.workbook.is1904) : value;
  }
}

/** From 0, of a reference such as `AB12`; -1 for none. */
function columnOf(reference: string): number {
  let column = 0;
  for (const character of reference.slice(0, 4)) {
    const letter = character.charCodeAt(0) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column - 1;
}
