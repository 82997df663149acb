import type { ExtractedPart } from '../extraction.types';
import { detectFormat, type Format } from './detect';
import { readDocx } from './docx';
import { readEpub } from './epub';
import type { FileSource } from './file-source';
import { readHtml } from './html';
import { unsupported, withoutText } from './limits';
import { readEml, readMsg } from './mail';
import { readOds, readOdt } from './odf';
import { readPdf } from './pdf';
import { readPptx } from './pptx';
import { readRtf } from './rtf';
import { readCode, readTable, readText } from './text-readers';
import { readXlsx } from './xlsx';
import { readXml } from './xml';
import { ZipFile } from './zip';

type Parts = AsyncIterable<ExtractedPart>;

const READERS: Record<Exclude<Format, 'zip'>, (source: FileSource) => Parts> = {
  text: readText,
  code: readCode,
  csv: readTable,
  html: readHtml,
  xml: readXml,
  eml: readEml,
  msg: readMsg,
  pdf: readPdf,
  rtf: readRtf,
};

/** Packed formats by an entry that each of them has. */
const OFFICE: readonly (readonly [string, (zip: ZipFile) => Parts])[] = [
  ['word/document.xml', readDocx],
  ['xl/workbook.xml', readXlsx],
  ['ppt/presentation.xml', readPptx],
];
const PACKED: Record<string, ((zip: ZipFile) => Parts) | undefined> = {
  'application/vnd.oasis.opendocument.text': readOdt,
  'application/vnd.oasis.opendocument.presentation': readOdt,
  'application/vnd.oasis.opendocument.spreadsheet': readOds,
  'application/epub+zip': readEpub,
};

/**
 * The text of a file of any format, part by part. @throws TaskRefusal with a reason for the user when it has none, is
 * damaged, encrypted or too large. A blank text file is not refused.
 */
export async function* readFile(source: FileSource): AsyncGenerator<ExtractedPart, void> {
  const format = await detectFormat(source);
  const parts = format === 'zip' ? openPacked(await source.all()) : READERS[format](source);
  let hasText = format === 'text' || format === 'code' || format === 'csv' || format === 'pdf';
  for await (const part of parts) {
    hasText ||= part.text.trim() !== '';
    yield part;
  }
  if (!hasText) throw withoutText();
}

function openPacked(bytes: Buffer): Parts {
  const zip = new ZipFile(bytes, 'an Office document or an e-book');
  if (zip.has('mimetype')) {
    const reader = PACKED[zip.text('mimetype').trim()];
    if (reader) return reader(zip);
  }
  const office = OFFICE.find(([name]) => zip.has(name));
  if (office) return office[1](zip);
  if (zip.has('META-INF/container.xml')) return readEpub(zip);
  throw unsupported('an archive');
}
