import { parse, type Parser } from 'csv-parse';
import type { ExtractedPart } from '../extraction.types';
import { cleanText } from './clean-text';
import { decodeText } from './decode-text';
import { damaged } from './limits';
import type { FileSource } from './file-source';

/** Characters of a part of a long text. */
const PIECE = 64 * 1024;
/** Characters of a row; a quote that is never closed makes one of all that follows. */
const MAX_ROW = 1_000_000;
const SEPARATORS = [',', ';', '\t', '|'];

/** The text in pieces that end at line breaks, where there are some. */
export async function* textPieces(texts: AsyncIterable<string>): AsyncGenerator<string, void> {
  let rest = '';
  for await (const text of texts) {
    rest += text;
    if (rest.length < PIECE) continue;
    const lineEnd = rest.lastIndexOf('\n') + 1;
    const end = lineEnd > 0 ? lineEnd : cutLength(rest);
    yield cleanText(rest.slice(0, end));
    rest = rest.slice(end);
  }
  if (rest !== '') yield cleanText(rest);
}

/** Keeps the halves of a character, and the halves of a line break, together. */
const cutLength = (text: string): number => text.length - (/[\ud800-\udbff\r]$/.test(text) ? 1 : 0);

/** One text in parts. */
export async function* readText(source: FileSource): AsyncGenerator<ExtractedPart, void> {
  let continues = false;
  for await (const text of textPieces(decodeText(source.stream()))) {
    yield continues ? { text, metadata: {}, continues } : { text, metadata: {} };
    continues = true;
  }
}

/** As text; `line` is that of its first line, from 1, and makes chunks carry theirs. */
export async function* readCode(source: FileSource): AsyncGenerator<ExtractedPart, void> {
  for await (const part of readText(source)) yield { ...part, metadata: { line: 1 } };
}

/** One part for each row: `column: value` in lines, with the names of the first row. */
export async function* readTable(source: FileSource): AsyncGenerator<ExtractedPart, void> {
  const texts = textPieces(decodeText(source.stream()));
  const first = await texts.next();
  if (first.done === true) return;
  const parser = parse({
    delimiter: separatorOf(first.value),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW,
  });
  void feed(parser, first.value, texts);
  try {
    yield* rowParts(parser as AsyncIterable<string[]>);
  } catch {
    throw damaged('a table');
  }
}

async function* rowParts(records: AsyncIterable<string[]>): AsyncGenerator<ExtractedPart, void> {
  let columns: string[] | undefined;
  let row = 0;
  for await (const record of records) {
    if (columns) yield { text: rowText(columns, record), metadata: { row: row++ } };
    columns ??= record.map((name) => name.trim());
  }
  if (row === 0 && columns) yield { text: columns.join('\n'), metadata: { row: 0 } };
}

async function feed(parser: Parser, first: string, texts: AsyncIterable<string>): Promise<void> {
  try {
    let text = first;
    const write = async () => parser.write(text) || (await new Promise((resolve) => parser.once('drain', resolve)));
    await write();
    for await (text of texts) await write();
    parser.end();
  } catch (error) {
    parser.destroy(error as Error);
  }
}

function rowText(columns: readonly string[], record: readonly string[]): string {
  const lines = columns.map((name, index) => `${name}: ${(record[index] ?? '').trim()}`);
  for (const value of record.slice(columns.length)) lines.push(value.trim());
  return lines.join('\n');
}

/** The one that the first line has most of, outside of quotes. */
function separatorOf(text: string): string {
  const counts = SEPARATORS.map(() => 0);
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === '\n' && !isQuoted) break;
    const index = isQuoted ? -1 : SEPARATORS.indexOf(character);
    if (index !== -1) counts[index] = (counts[index] ?? 0) + 1;
  }
  const most = Math.max(...counts);
  return (most > 0 ? SEPARATORS[counts.indexOf(most)] : undefined) ?? ',';
}
