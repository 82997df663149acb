import { setImmediate } from 'node:timers/promises';
import { Semaphore } from '../../../../common/util/semaphore';
import { htmlTokens, type HtmlToken } from './html-tokens';

/** Metadata in the head of a page; missing values are those that clients know. */
export interface PageMetadata {
  title?: string;
  description?: string;
  language?: string;
}

export interface PageText {
  text: string;
  metadata: PageMetadata;
}

/** Milliseconds of work between two turns of the event loop, and pages that work in the same turn. */
const SLICE = 5;
const turns = new Semaphore(2);

/**
 * The text nodes of a page joined without a separator, the title included, as clients know it. Long pages are read in
 * slices, so that requests do not wait for them.
 */
export const readPage = (html: string, signal?: AbortSignal): Promise<PageText> =>
  turns.run(() => readInSlices(html, signal));

async function readInSlices(html: string, signal?: AbortSignal): Promise<PageText> {
  const reader = new PageReader();
  let sliceEnd = performance.now() + SLICE;
  for (const token of htmlTokens(html)) {
    reader.read(token);
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    signal?.throwIfAborted();
    sliceEnd = performance.now() + SLICE;
  }
  return { text: reader.text, metadata: reader.metadata };
}

/** Raw elements whose content is no text of the page. */
const CODE = new Set<string | undefined>(['script', 'style']);
const ANNOTATIONS = new Set(['rt', 'rp']);

class PageReader {
  text = '';
  readonly metadata: PageMetadata = {};
  private templates = 0;
  /** Within the pronunciation beside a text, which ends with its element or with the whole annotated text. */
  private isAnnotation = false;

  read(token: HtmlToken): void {
    if (token.kind === 'text') this.readText(token);
    else if (token.kind === 'open') this.open(token);
    else this.close(token.name);
  }

  private readText({ text, within }: HtmlToken & { kind: 'text' }): void {
    if (this.templates > 0 || this.isAnnotation || CODE.has(within)) return;
    this.text += text;
    if (within === 'title') this.metadata.title ??= text.trim();
  }

  private open(tag: HtmlToken & { kind: 'open' }): void {
    if (tag.name === 'template') this.templates++;
    else if (ANNOTATIONS.has(tag.name)) this.isAnnotation = true;
    else if (tag.name === 'html') this.metadata.language ??= tag.attribute('lang') || 'No language found.';
    else if (tag.name === 'meta') this.readMeta(tag);
  }

  private readMeta(tag: HtmlToken & { kind: 'open' }): void {
    if (tag.attribute('name')?.toLowerCase() === 'description')
      this.metadata.description ??= tag.attribute('content') || 'No description found.';
  }

  private close(name: string): void {
    if (name === 'template' && this.templates > 0) this.templates--;
    if (name === 'ruby' || ANNOTATIONS.has(name)) this.isAnnotation = false;
  }
}
