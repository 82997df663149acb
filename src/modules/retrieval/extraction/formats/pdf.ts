import type { ExtractedPart } from '../extraction.types';
import type { FileSource } from './file-source';
import { damaged, encrypted, readAs } from './limits';
import { TaskRefusal } from '../../../../platform/workers/worker-error';
import { cleanText } from './clean-text';

/** What is used of pdf.js. */
interface Item {
  str?: string;
  hasEOL?: boolean;
  height?: number;
  width?: number;
  transform?: number[];
}

interface Page {
  getTextContent(): Promise<{ items: Item[] }>;
  cleanup(): boolean;
}

interface Document {
  numPages: number;
  getPage(number: number): Promise<Page>;
  getPageLabels(): Promise<string[] | null>;
  cleanup(): Promise<void>;
}

/** Lines further apart than this many heights are paragraphs. */
const PARAGRAPH = 1.8;
/** Pages after which shared resources, such as fonts, are released. */
const CLEANUP = 100;
const MAX_PAGES = 20_000;

/** One part for each page. `scanned` marks pages without text. @throws TaskRefusal when all pages are without text. */
export async function* readPdf(source: FileSource): AsyncGenerator<ExtractedPart, void> {
  const bytes = await source.all();
  const document = await open(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const total = Math.min(document.numPages, MAX_PAGES);
  const labels = await readAs('PDF', () => document.getPageLabels());
  let hasText = false;
  for (let number = 1; number <= total; number++) {
    const text = await pageText(document, number);
    const isBlank = text.trim() === '';
    hasText ||= !isBlank;
    const place = {
      page: number - 1,
      page_label: labels?.[number - 1] ?? String(number),
      total_pages: document.numPages,
    };
    yield { text, metadata: isBlank ? { ...place, scanned: true } : place };
    if (number % CLEANUP === 0) await document.cleanup();
  }
  if (!hasText)
    throw new TaskRefusal(
      'The PDF contains no text: its pages are images, such as scans. Text recognition (OCR) by an extraction engine can read it.',
    );
}

async function open(data: Uint8Array): Promise<Document> {
  const { getDocumentProxy } = await import('unpdf');
  try {
    const options = { verbosity: 0, isEvalSupported: false, disableFontFace: true, useSystemFonts: false };
    return (await getDocumentProxy(data, options)) as unknown as Document;
  } catch (error) {
    throw (error as Error).name === 'PasswordException' ? encrypted() : damaged('PDF');
  }
}

/** The text of a page that cannot be read is empty; the others are read nevertheless. */
async function pageText(document: Document, number: number): Promise<string> {
  try {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    page.cleanup();
    return cleanText(joinItems(items)).trim();
  } catch {
    return '';
  }
}

function joinItems(items: readonly Item[]): string {
  const lines: string[] = [];
  let line = '';
  let lastY = 0;
  for (const item of items) {
    if (line === '' && lines.length > 0 && isParagraph(item, lastY)) lines.push('');
    line += item.str ?? '';
    if (item.str?.trim()) lastY = yOf(item);
    if (item.hasEOL !== true) continue;
    lines.push(line);
    line = '';
  }
  return [...lines, line].join('\n');
}

const yOf = ({ transform = [] }: Item): number => transform[5] ?? 0;

const isParagraph = (item: Item, lastY: number): boolean =>
  Boolean(item.str?.trim()) && (item.height ?? 0) > 0 && lastY - yOf(item) > PARAGRAPH * (item.height ?? 0);
