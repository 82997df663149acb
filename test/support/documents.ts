import { createRequire } from 'node:module';
import { constants, deflateRawSync } from 'node:zlib';
import { Workbook } from 'exceljs';
import { zipSync } from 'fflate';
import type { burn as Burn } from '@kenjiuno/msgreader/lib/Burner';

/** Documents of all formats, made small and by hand, so that tests say what is in them. */

const require = createRequire(__filename);

/** A zip file of texts. */
export const zipOf = (entries: Record<string, string | Uint8Array>): Buffer =>
  Buffer.from(
    zipSync(
      Object.fromEntries(
        Object.entries(entries).map(([name, content]) => [
          name,
          typeof content === 'string' ? Buffer.from(content) : content,
        ]),
      ),
    ),
  );

/** Marks the entries of a zip file as encrypted. */
export function withEncryptedEntries(zip: Buffer): Buffer {
  const bytes = Buffer.from(zip);
  for (let at = bytes.indexOf('PK\x01\x02'); at !== -1; at = bytes.indexOf('PK\x01\x02', at + 4))
    bytes[at + 8] = (bytes[at + 8] ?? 0) | 1;
  return bytes;
}

interface Pdf extends NodeJS.ReadableStream {
  text(text: string): this;
  rect(x: number, y: number, width: number, height: number): this;
  fill(color: string): this;
  addPage(): this;
  end(): void;
}

/** One page for each text; a page without text has a rectangle. */
export async function pdfOf(pages: readonly string[], options: { userPassword?: string } = {}): Promise<Buffer> {
  const PDFDocument = require('pdfkit') as new (options: object) => Pdf;
  const document = new PDFDocument({ autoFirstPage: false, ...options });
  for (const page of pages) {
    document.addPage();
    if (page === '') document.rect(10, 10, 100, 100).fill('red');
    else document.text(page);
  }
  document.end();
  const parts: Buffer[] = [];
  for await (const part of document) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** A PDF of these objects, numbered from 1; the first is the catalog. */
export function pdfOfObjects(objects: readonly (string | Buffer)[]): Buffer {
  const parts = [Buffer.from('%PDF-1.7\n')];
  const entries = ['0000000000 65535 f '];
  let length = parts[0]!.length;
  objects.forEach((object, index) => {
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')]);
    entries.push(`${String(length).padStart(10, '0')} 00000 n `);
    length += part.length;
    parts.push(part);
  });
  const end = `trailer\n<< /Size ${entries.length} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF`;
  return Buffer.concat([...parts, Buffer.from(`xref\n0 ${entries.length}\n${entries.join('\n')}\n${end}`)]);
}

/** An object with a stream. */
export const pdfStream = (entries: string, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`<< ${entries} /Length ${bytes.length} >>\nstream\n`), bytes, Buffer.from('\nendstream')]);

/** So many megabytes of spaces, packed by deflate. */
export function packedSpaces(megabytes: number): Buffer {
  const part = deflateRawSync(Buffer.alloc(1024 * 1024, ' '), { finishFlush: constants.Z_FULL_FLUSH });
  const lastBlock = Buffer.from([3, 0]);
  return Buffer.concat([Buffer.from([0x78, 0x9c]), ...Array<Buffer>(megabytes).fill(part), lastBlock]);
}

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

const relationships = (...targets: readonly (readonly [id: string, type: string, target: string])[]): string =>
  `<Relationships xmlns="${RELATIONSHIPS}">${targets
    .map(([id, type, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`;

/** `body`: paragraphs and tables; `heading` and `paragraph` make them. */
export const docxEntries = (body: string): Record<string, string> => ({
  '[Content_Types].xml':
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
  '_rels/.rels': relationships(['r1', 'officeDocument', 'word/document.xml']),
  'word/_rels/document.xml.rels': relationships(['r1', 'styles', 'styles.xml']),
  'word/styles.xml': `<w:styles ${W}><w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style><w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style></w:styles>`,
  'word/document.xml': `<w:document ${W}><w:body>${body}</w:body></w:document>`,
});

export const wordParagraph = (text: string, style = ''): string =>
  `<w:p>${style && `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t>${text}</w:t></w:r></w:p>`;

export const wordTable = (rows: readonly (readonly string[])[]): string =>
  `<w:tbl>${rows.map((cells) => `<w:tr>${cells.map((cell) => `<w:tc>${wordParagraph(cell)}</w:tc>`).join('')}</w:tr>`).join('')}</w:tbl>`;

const A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"';
const P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"';
const R = `xmlns:r="${OFFICE}"`;

const shape = (text: string, type = ''): string =>
  `<p:sp><p:nvSpPr><p:nvPr>${type && `<p:ph type="${type}"/>`}</p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;

/** Slides in their order; their files are numbered the other way round. */
export function pptxEntries(
  slides: readonly { title: string; text: string; notes?: string; extra?: string }[],
): Record<string, string> {
  const files = slides.map(({ title, text, notes, extra = '' }, index) => {
    const number = slides.length - index;
    const body = shape(title, 'title') + shape(text) + shape(String(index), 'sldNum') + extra;
    return {
      [`ppt/slides/slide${number}.xml`]: `<p:sld ${A} ${P}>${body}</p:sld>`,
      ...(notes !== undefined && {
        [`ppt/slides/_rels/slide${number}.xml.rels`]: relationships([
          'n',
          'notesSlide',
          `../notesSlides/n${number}.xml`,
        ]),
        [`ppt/notesSlides/n${number}.xml`]: `<p:notes ${A} ${P}>${shape(notes, 'body')}</p:notes>`,
      }),
    };
  });
  const ids = slides.map((_, index) => `<p:sldId id="${256 + index}" r:id="s${index}"/>`).join('');
  const targets = slides.map((_, index) => [`s${index}`, 'slide', `slides/slide${slides.length - index}.xml`] as const);
  return Object.assign(
    {
      'ppt/presentation.xml': `<p:presentation ${P} ${R}><p:sldIdLst>${ids}</p:sldIdLst></p:presentation>`,
      'ppt/_rels/presentation.xml.rels': relationships(...targets),
    },
    ...files,
  ) as Record<string, string>;
}

/** Sheets by their name, with rows of values. */
export async function xlsxOf(sheets: Record<string, readonly (readonly unknown[])[]>): Promise<Buffer> {
  const workbook = new Workbook();
  for (const [name, rows] of Object.entries(sheets)) workbook.addWorksheet(name).addRows(rows.map((row) => [...row]));
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

const ODF =
  'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"';

/** `kind`: `text`, `spreadsheet` or `presentation`. */
export const odfEntries = (kind: string, body: string): Record<string, string> => ({
  mimetype: `application/vnd.oasis.opendocument.${kind}`,
  'META-INF/manifest.xml': '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
  'content.xml': `<office:document-content ${ODF}><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
});

/** Chapters of XHTML bodies. */
export function epubEntries(chapters: readonly string[]): Record<string, string> {
  const items = chapters.map((_, index) => `<item id="c${index}" href="text/c%20${index}.xhtml"/>`).join('');
  const order = chapters.map((_, index) => `<itemref idref="c${index}"/>`).join('');
  const texts = chapters.map((body, index) => [
    `book/text/c ${index}.xhtml`,
    `<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>${body}</body></html>`,
  ]);
  return {
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': '<container><rootfiles><rootfile full-path="book/content.opf"/></rootfiles></container>',
    'book/content.opf': `<package><metadata><dc:title>The Book</dc:title><dc:language>en</dc:language></metadata><manifest>${items}</manifest><spine>${order}</spine></package>`,
    ...(Object.fromEntries(texts) as Record<string, string>),
  };
}

/** A compound file, as older formats of Office and Outlook use it, of streams by their name. */
export function compoundOf(streams: Record<string, Buffer>): Buffer {
  const { burn } = require('@kenjiuno/msgreader/lib/Burner') as { burn: typeof Burn };
  const names = Object.keys(streams);
  const entries = names.map((name) => ({
    name,
    type: 2,
    length: streams[name]?.length ?? 0,
    binaryProvider: () => new Uint8Array(streams[name] ?? []),
  }));
  const root = { name: 'Root Entry', type: 5, length: 0, children: names.map((_, index) => index + 1) };
  return Buffer.from(burn([root, ...entries]));
}

/** A message of Outlook with a subject and a text. */
export function msgOf(subject: string, body: string): Buffer {
  const properties = Buffer.alloc(32);
  return compoundOf({
    '__properties_version1.0': properties,
    '__substg1.0_0037001F': Buffer.from(subject, 'utf16le'),
    '__substg1.0_1000001F': Buffer.from(body, 'utf16le'),
  });
}
