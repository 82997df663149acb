import { decode, encodingExists } from 'iconv-lite';
import type { ExtractedPart } from '../extraction.types';
import type { FileSource } from './file-source';
import { damaged, LIMITS } from './limits';
import { MarkdownWriter } from './markdown-writer';

/** Groups whose text is not of the document. */
const SKIPPED = new Set(
  (
    'fonttbl colortbl stylesheet info pict object themedata colorschememapping datastore latentstyles listtable ' +
    'listoverridetable rsidtbl generator xmlnstbl fldinst header headerl headerr headerf footer footerl footerr footerf ' +
    'filetbl revtbl template bkmkstart bkmkend objdata result nonshppict'
  ).split(' '),
);
const CHARACTERS: Record<string, string | undefined> = {
  tab: ' ',
  emdash: '\u2014',
  endash: '\u2013',
  lquote: '\u2018',
  rquote: '\u2019',
  ldblquote: '\u201c',
  rdblquote: '\u201d',
  bullet: '\u2022',
  emspace: ' ',
  enspace: ' ',
  qmspace: ' ',
};
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const HYPHEN = 0x2d;
/** Groups within groups that are still told apart. */
const MAX_GROUPS = 10_000;
/** Outline levels count from 0; this one and those above are no headings. */
const MAX_HEADING = 6;

interface Group {
  isSkipped: boolean;
  /** Code units that stand for a Unicode character in older readers, and are skipped. */
  fallback: number;
}

/** Text, headings by outline level, and tables. Pictures and embedded objects are skipped. */
export async function* readRtf(source: FileSource): AsyncGenerator<ExtractedPart, void> {
  const reader = new RtfReader(await source.all());
  yield* reader.read();
}

class RtfReader {
  private readonly writer = new MarkdownWriter();
  private readonly groups: Group[] = [];
  private group: Group = { isSkipped: false, fallback: 1 };
  private at = 0;
  private codePage = 'windows-1252';
  /** Bytes of the code page that wait to be decoded together. */
  private pending: number[] = [];
  private skip = 0;
  private isDestination = false;
  private isInTable = false;
  private isCellOpen = false;
  /** A paragraph has started that is not known to be of the table. */
  private isAfterRow = false;

  constructor(private readonly bytes: Buffer) {}

  *read(): Generator<ExtractedPart, void> {
    while (this.at < this.bytes.length) {
      this.step();
      yield* this.writer.take();
    }
    this.flush();
    this.endTable();
    this.writer.end();
    yield* this.writer.take();
  }

  private step(): void {
    const byte = this.bytes[this.at] ?? 0;
    this.at += 1;
    if (byte === BACKSLASH) this.readControl();
    else if (byte === OPEN) this.openGroup();
    else if (byte === CLOSE) this.closeGroup();
    else if (byte >= 0x20) this.character(byte);
  }

  private openGroup(): void {
    this.flush();
    if (this.groups.length >= MAX_GROUPS) throw damaged('RTF');
    this.groups.push(this.group);
    this.group = { ...this.group };
    this.skip = 0;
  }

  private closeGroup(): void {
    this.flush();
    this.group = this.groups.pop() ?? this.group;
    this.isDestination = false;
    this.skip = 0;
  }

  private readControl(): void {
    const byte = this.bytes[this.at] ?? 0;
    if (isLetter(byte)) return this.readWord();
    this.at += 1;
    const symbol = String.fromCharCode(byte);
    if (symbol === "'") this.readHex();
    else if (symbol === '*') this.isDestination = true;
    else if (symbol === '~') this.character(0x20);
    else if ('\\{}'.includes(symbol)) this.character(byte);
    else if (symbol === '\n' || symbol === '\r') this.endParagraph();
  }

  private readHex(): void {
    const code = Number.parseInt(this.bytes.toString('latin1', this.at, this.at + 2), 16);
    this.at += 2;
    if (!Number.isNaN(code)) this.character(code);
  }

  private readWord(): void {
    const start = this.at;
    while (isLetter(this.bytes[this.at] ?? 0) && this.at - start < 32) this.at += 1;
    const word = this.bytes.toString('latin1', start, this.at);
    const numberStart = this.at;
    if (this.bytes[this.at] === HYPHEN) this.at += 1;
    while (isDigit(this.bytes[this.at] ?? 0) && this.at - numberStart < 11) this.at += 1;
    const value = this.at > numberStart ? Number(this.bytes.toString('latin1', numberStart, this.at)) : undefined;
    if (this.bytes[this.at] === 0x20) this.at += 1;
    this.apply(word, value);
  }

  private apply(word: string, value = 0): void {
    this.enterDestination(word);
    if (word === 'bin') this.at += Math.max(0, value);
    else if (word === 'u') this.unicode(value);
    else if (word === 'uc') this.group.fallback = Math.min(Math.max(0, value), 16);
    else if (word === 'ansicpg') this.setCodePage(value);
    else if (!this.group.isSkipped) this.applyVisible(word, value);
  }

  /** A destination that is marked with `\\*` is for readers that know it. */
  private enterDestination(word: string): void {
    if (this.isDestination || SKIPPED.has(word)) this.group.isSkipped = true;
    this.isDestination = false;
  }

  private applyVisible(word: string, value: number): void {
    const character = CHARACTERS[word];
    if (character !== undefined) this.string(character);
    else if (word === 'outlinelevel') this.startHeading(value);
    else if (word === 'intbl') this.startTable();
    else if (word === 'cell') this.endCell();
    else if (word === 'row') this.endRow();
    else if (word === 'pard') this.startParagraph();
    else if (['par', 'page', 'sect', 'line'].includes(word)) this.endParagraph();
  }

  private setCodePage(page: number): void {
    const name = page === 65_001 ? 'utf-8' : `cp${page}`;
    if (encodingExists(name)) this.codePage = name;
  }

  /** Numbers above 32,767 are written as negative ones. */
  private unicode(value: number): void {
    this.flush();
    this.skip = this.group.fallback;
    if (!this.group.isSkipped) this.write(String.fromCharCode(value & 0xffff));
  }

  private string(text: string): void {
    this.flush();
    this.write(text);
  }

  private character(byte: number): void {
    if (this.skip > 0) this.skip -= 1;
    else if (!this.group.isSkipped) this.pending.push(byte);
    if (this.pending.length > LIMITS.columns) this.flush();
  }

  private flush(): void {
    if (this.pending.length === 0) return;
    const text = decode(Buffer.from(this.pending), this.codePage);
    this.pending = [];
    this.write(text);
  }

  private write(text: string): void {
    if (this.isAfterRow) this.endTable();
    if (this.isInTable && !this.isCellOpen) {
      this.writer.startCell();
      this.isCellOpen = true;
    }
    this.writer.text(text);
  }

  private startHeading(level: number): void {
    if (level < MAX_HEADING && !this.isInTable) this.writer.startHeading(level + 1);
  }

  private startTable(): void {
    this.isAfterRow = false;
    if (this.isInTable) return;
    this.isInTable = true;
    this.writer.startTable();
  }

  private endCell(): void {
    this.startTable();
    this.flush();
    if (!this.isCellOpen) this.writer.startCell();
    this.writer.endCell();
    this.isCellOpen = false;
  }

  private endRow(): void {
    this.flush();
    this.writer.endRow();
    this.isCellOpen = false;
  }

  private startParagraph(): void {
    this.flush();
    this.isAfterRow = !this.isCellOpen;
  }

  private endTable(): void {
    if (this.isInTable) this.writer.endTable();
    this.isInTable = this.isCellOpen = this.isAfterRow = false;
  }

  private endParagraph(): void {
    this.flush();
    if (this.isInTable && !this.isAfterRow) this.write(' ');
    else this.writer.endBlock();
  }
}

const isLetter = (byte: number): boolean => (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a);
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
