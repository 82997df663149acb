import type { FileSource } from './file-source';
import { encrypted, unsupported } from './limits';
import { TaskRefusal } from '../../../../platform/workers/worker-error';
import { encodingOf } from './decode-text';

export type TextFormat = 'text' | 'code' | 'csv' | 'html' | 'xml' | 'eml';
export type Format = TextFormat | 'pdf' | 'zip' | 'rtf' | 'msg';

/** Bytes that decide. */
export const HEAD = 64 * 1024;

/** What files start with, in hexadecimal digits. */
const SIGNATURES: readonly (readonly [string, Format])[] = [
  ['7b5c727466', 'rtf'],
  ['504b0304', 'zip'],
  ['504b0506', 'zip'],
];
const WITHOUT_TEXT: readonly (readonly [string, string])[] = [
  ['89504e47', 'an image'],
  ['ffd8ff', 'an image'],
  ['474946383', 'an image'],
  ['49492a00', 'an image'],
  ['4d4d002a', 'an image'],
  ['52494646', 'an image, a sound or a video'],
  ['494433', 'a sound'],
  ['4f676753', 'a sound or a video'],
  ['664c6143', 'a sound'],
  ['1a45dfa3', 'a video'],
  ['1f8b', 'a compressed archive'],
  ['425a68', 'a compressed archive'],
  ['fd377a585a00', 'a compressed archive'],
  ['28b52ffd', 'a compressed archive'],
  ['377abcaf271c', 'a compressed archive'],
  ['526172211a07', 'a compressed archive'],
  ['7f454c46', 'a program'],
  ['4d5a9000', 'a program'],
  ['cafebabe', 'a program'],
  ['53514c69746520666f726d6174203300', 'a database'],
];
const COMPOUND = 'd0cf11e0a1b11ae1';
const MAX_PDF_OFFSET = 1024;
/** The directory of a compound file may stand anywhere. */
const MAX_COMPOUND = 200 * 1024 * 1024;

const BY_EXTENSION: Record<string, TextFormat> = Object.fromEntries(
  (
    [
      ['csv', 'csv tsv tab'],
      ['html', 'html htm xhtml'],
      ['xml', 'xml rss atom xsd xsl xslt svg'],
      ['eml', 'eml'],
      [
        'code',
        'go py java sh bat ps1 cmd js ts css cpp hpp h c cs sql ini pl pm r dart dockerfile env php hs hsc lua nginxconf conf m mm ' +
          'plsql perl rb rs db2 scala bash swift vue svelte ex exs erl tsx jsx lhs mjs cjs kt kts gradle toml yaml yml proto tf cmake make zig jl scss less groovy clj',
      ],
    ] as const
  ).flatMap(([format, extensions]) => extensions.split(' ').map((extension) => [extension, format])),
);
const BY_TYPE: Record<string, TextFormat> = {
  'text/csv': 'csv',
  'text/tab-separated-values': 'csv',
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'application/xml': 'xml',
  'text/xml': 'xml',
  'message/rfc822': 'eml',
};
/** Text, whatever it looks like. */
const PLAIN = new Set(['txt', 'md', 'markdown', 'rst', 'log', 'json', 'jsonl']);
const HTML_START = /^\s*(?:<!--[^>]*-->\s*)?<(?:!doctype\s+html|html|head|body)\b/i;
const XML_START = /^\s*<\?xml\s/;

/**
 * What a file is: by its first bytes; of texts, by its extension, its declared type and its start. @throws TaskRefusal
 * for what has no text to read, or needs a password.
 */
export async function detectFormat(source: FileSource): Promise<Format> {
  const head = await source.head(HEAD);
  const start = head.subarray(0, 16).toString('hex');
  if (start.startsWith(COMPOUND)) return compoundFormat(source, head);
  if (head.subarray(0, MAX_PDF_OFFSET).includes('%PDF-')) return 'pdf';
  const format = SIGNATURES.find(([signature]) => start.startsWith(signature))?.[1];
  if (format) return format;
  assertKnown(head, start);
  return textFormat(source, head);
}

function assertKnown(head: Buffer, start: string): void {
  if (head.length === 0) throw new TaskRefusal('The file is empty.');
  const known = WITHOUT_TEXT.find(([signature]) => start.startsWith(signature));
  if (known) throw unsupported(known[1]);
  if (head.subarray(4, 8).toString('latin1') === 'ftyp') throw unsupported('an image, a sound or a video');
  assertText(head);
}

function textFormat(source: FileSource, head: Buffer): TextFormat {
  if (PLAIN.has(source.extension)) return 'text';
  const byName = BY_EXTENSION[source.extension] ?? BY_TYPE[typeOf(source)];
  const start = head
    .subarray(0, 2048)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '');
  if (byName !== undefined && byName !== 'csv') return byName;
  if (HTML_START.test(start)) return 'html';
  return byName ?? (XML_START.test(start) ? 'xml' : 'text');
}

const typeOf = ({ contentType }: FileSource): string => (contentType.split(';')[0] ?? '').trim().toLowerCase();

/** Older formats of Office and messages of Outlook: the names of their streams say what they are. */
async function compoundFormat(source: FileSource, head: Buffer): Promise<Format> {
  const bytes = head.length < HEAD ? head : await source.head(MAX_COMPOUND);
  const isIn = (name: string) => bytes.includes(Buffer.from(name, 'utf16le'));
  if (isIn('EncryptedPackage') || isIn('EncryptionInfo')) throw encrypted();
  if (isIn('__properties_version1.0') || isIn('__nameid_version1.0')) return 'msg';
  const kind = LEGACY.find(([name]) => isIn(name));
  if (kind)
    throw new TaskRefusal(`The file is a ${kind[1]} of an old format. Save it as ${kind[2]} and upload it again.`);
  throw unsupported('a document of an unknown kind');
}

const LEGACY = [
  ['Workbook', 'spreadsheet', '.xlsx'],
  ['Book', 'spreadsheet', '.xlsx'],
  ['WordDocument', 'document', '.docx'],
  ['PowerPoint Document', 'presentation', '.pptx'],
] as const;

/** Bytes that no text has: zeros outside of wide encodings, or many control characters. */
function assertText(head: Buffer): void {
  if (/^utf-(?:16|32)/.test(encodingOf(head, true))) return;
  let controls = 0;
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 27) || (byte > 27 && byte < 32)) controls += 1;
  const zeros = head.filter((byte) => byte === 0).length;
  if (zeros > head.length / 100 || controls > head.length / 20) throw unsupported('no text, and of an unknown kind');
}
