import type { ExtractedPart } from '../extraction.types';
import type { JsonObject } from '../../../../common/util/json';
import { decodeAll } from './decode-text';
import type { FileSource } from './file-source';
import { LIMITS } from './limits';
import { MarkdownWriter } from './markdown-writer';
import { openMarkup, type MarkupHandler } from './markup';

const SKIPPED = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'svg',
  'iframe',
  'object',
  'head',
  'select',
  'button',
]);
/** Around the text of a page. */
const AROUND = new Set(['nav', 'aside', 'footer', 'form']);
const BLOCKS = new Set(
  'p div section article header main figure figcaption address dl dt dd blockquote pre details summary fieldset hr body'.split(
    ' ',
  ),
);
/** Characters of HTML of which a tree of objects is made, to find the readable part. */
const MAX_READABLE = 1_000_000;
/** Share of the text that the readable part must have; else it has missed something. */
const MIN_SHARE = 0.5;

/** Writes HTML as Markdown. Nothing in it runs or is loaded. */
export class HtmlToMarkdown implements MarkupHandler {
  title = '';
  description = '';
  language = '';
  depth = 0;
  deepest = 0;
  private skipped = 0;
  private preformatted = 0;
  private isTitle = false;
  private readonly links: string[] = [];

  constructor(
    readonly writer: MarkdownWriter,
    /** Also leaves out what stands around the text. */
    private readonly isPage = false,
  ) {}

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.deepest = Math.max(this.deepest, ++this.depth);
    this.readHead(name, attributes);
    if (this.skipped > 0 || this.isSkipped(name)) this.skipped += 1;
    else this.openVisible(name, attributes);
  }

  text(text: string): void {
    if (this.isTitle) this.title += text;
    if (this.skipped > 0) return;
    if (this.preformatted === 0) return this.writer.text(text);
    text.split('\n').forEach((line, index) => {
      if (index > 0) this.writer.breakLine();
      this.writer.verbatim(line);
    });
  }

  close(name: string): void {
    this.depth -= 1;
    if (name === 'title') this.isTitle = false;
    if (this.skipped > 0) this.skipped -= 1;
    else this.closeVisible(name);
  }

  get metadata(): JsonObject {
    const entries = {
      title: this.title.replace(/\s+/g, ' ').trim(),
      description: this.description,
      language: this.language,
    };
    return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== ''));
  }

  private readHead(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'html') this.language = (attributes.lang ?? attributes['xml:lang'] ?? '').slice(0, 35);
    if (name === 'title' && this.title === '') this.isTitle = true;
    if (name === 'meta' && attributes.name?.toLowerCase() === 'description')
      this.description = attributes.content ?? '';
  }

  private isSkipped(name: string): boolean {
    return SKIPPED.has(name) || (this.isPage && AROUND.has(name));
  }

  private openVisible(name: string, attributes: Readonly<Record<string, string>>): void {
    const { writer } = this;
    if (BLOCKS.has(name)) writer.endBlock();
    if (/^h[1-6]$/.test(name)) writer.startHeading(Number(name[1]));
    else OPENERS[name]?.(writer, attributes);
    if (name === 'pre') this.startCode();
    if (name === 'a') this.links.push(attributes.href ?? '');
  }

  private closeVisible(name: string): void {
    const { writer } = this;
    if (name === 'pre') this.endCode();
    if (BLOCKS.has(name) || /^h[1-6]$/.test(name)) writer.endBlock();
    else CLOSERS[name]?.(writer);
    if (name === 'a') this.endLink();
  }

  private startCode(): void {
    this.preformatted += 1;
    if (this.preformatted > 1) return;
    this.writer.verbatim('```');
    this.writer.breakLine();
  }

  private endCode(): void {
    this.preformatted = Math.max(0, this.preformatted - 1);
    if (this.preformatted > 0) return;
    this.writer.breakLine();
    this.writer.verbatim('```');
  }

  /** Absolute links keep their address; within a page it says nothing. */
  private endLink(): void {
    const url = this.links.pop() ?? '';
    if (/^https?:\/\//i.test(url) && url.length <= 500) this.writer.text(` (${url})`);
  }
}

type Opener = (writer: MarkdownWriter, attributes: Readonly<Record<string, string>>) => void;

const OPENERS: Record<string, Opener | undefined> = {
  br: (writer) => writer.breakLine(),
  ul: (writer) => writer.startList(false),
  ol: (writer) => writer.startList(true),
  li: (writer) => writer.startItem(),
  table: (writer) => writer.startTable(),
  td: (writer, { colspan = '1' }) => writer.startCell(Math.min(Number.parseInt(colspan, 10) || 1, 50)),
  th: (writer, { colspan = '1' }) => writer.startCell(Math.min(Number.parseInt(colspan, 10) || 1, 50)),
  img: (writer, { alt = '' }) => writer.text(alt === '' ? '' : ` ${alt} `),
};

const CLOSERS: Record<string, ((writer: MarkdownWriter) => void) | undefined> = {
  ul: (writer) => writer.endList(),
  ol: (writer) => writer.endList(),
  li: (writer) => writer.breakLine(),
  table: (writer) => writer.endTable(),
  tr: (writer) => writer.endRow(),
  td: (writer) => writer.endCell(),
  th: (writer) => writer.endCell(),
};

/** HTML of known origin, such as a chapter or a converted document. */
export function htmlParts(
  html: string,
  metadata: JsonObject = {},
): { parts: ExtractedPart[]; handler: HtmlToMarkdown } {
  const handler = new HtmlToMarkdown(new MarkdownWriter(metadata));
  const reader = openMarkup(handler, { isXml: false, kind: 'HTML' });
  reader.write(html);
  reader.end();
  handler.writer.end();
  return { parts: handler.writer.take(), handler };
}

/** The readable part of a page, with title, description and language as metadata. */
export async function* readHtml(source: FileSource): AsyncGenerator<ExtractedPart, void> {
  yield* await pageParts(decodeAll(await source.all(LIMITS.tree)));
}

/** As `readHtml`, for a text. */
export async function pageParts(html: string): Promise<ExtractedPart[]> {
  const handler = new HtmlToMarkdown(new MarkdownWriter(), true);
  const reader = openMarkup(handler, { isXml: false, kind: 'HTML' });
  reader.write(html);
  reader.end();
  handler.writer.end();
  const whole = handler.writer.take();
  const isSmall = html.length <= MAX_READABLE && handler.deepest <= LIMITS.depth;
  const readable = isSmall ? await readableParts(html) : [];
  const share = lengthOf(readable) / lengthOf(whole);
  const parts = share >= MIN_SHARE && share <= 1 ? readable : whole;
  return parts.map((part) => ({ ...part, metadata: { ...handler.metadata, ...part.metadata } }));
}

const lengthOf = (parts: readonly ExtractedPart[]): number => parts.reduce((sum, { text }) => sum + text.length, 0);

async function readableParts(html: string): Promise<ExtractedPart[]> {
  const [{ parseHTML }, { Readability }] = await Promise.all([import('linkedom'), import('@mozilla/readability')]);
  try {
    const { document } = parseHTML(html) as unknown as { document: never };
    const article = new Readability(document, { maxElemsToParse: 20_000 }).parse();
    return htmlParts(article?.content ?? '').parts;
  } catch {
    // Not every page has the form that it expects: the whole page is read then.
    return [];
  }
}
