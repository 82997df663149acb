import { posix } from 'node:path';
import type { ExtractedPart } from '../extraction.types';
import { HtmlToMarkdown } from './html';
import { encrypted } from './limits';
import { MarkdownWriter } from './markdown-writer';
import { attributeOf, readMarkup } from './markup';
import type { ZipFile } from './zip';
import { decodeUri } from '../../../../common/util/uri';

const KIND = 'an e-book';
const ENCRYPTION = 'META-INF/encryption.xml';
/** Obfuscated fonts are no protection of the text. */
const FONT = /\.(?:otf|ttf|woff2?)$/i;

interface Package {
  title: string;
  language: string;
  /** Names of entries, in reading order. */
  chapters: string[];
}

/** One part for each chapter or more, numbered from 1. @throws TaskRefusal for protected books. */
export async function* readEpub(zip: ZipFile): AsyncGenerator<ExtractedPart, void> {
  await assertReadable(zip);
  const { title, language, chapters } = await readPackage(zip);
  const book = { ...(title !== '' && { title }), ...(language !== '' && { language }) };
  for (const [index, name] of chapters.entries()) {
    const writer = new MarkdownWriter({ ...book, chapter: index + 1 });
    await readMarkup(zip.stream(name), new HtmlToMarkdown(writer), { isXml: false, isXhtml: true, kind: KIND });
    writer.end();
    yield* writer.take();
  }
}

async function assertReadable(zip: ZipFile): Promise<void> {
  await eachElement(zip.optionalText(ENCRYPTION), (name, attributes) => {
    if (name === 'CipherReference' && !FONT.test(attributeOf(attributes, 'URI'))) throw encrypted();
  });
}

async function readPackage(zip: ZipFile): Promise<Package> {
  let path = '';
  await eachElement(zip.text('META-INF/container.xml'), (name, attributes) => {
    if (name === 'rootfile' && path === '') path = attributeOf(attributes, 'full-path');
  });
  const manifest = new Map<string, string>();
  const order: string[] = [];
  const texts = new Map<string, string>();
  await eachElement(
    zip.text(path),
    (name, attributes) => {
      if (name === 'item')
        manifest.set(attributes.id ?? '', posix.join(posix.dirname(path), decodeUri(attributes.href ?? '')));
      else if (name === 'itemref') order.push(attributes.idref ?? '');
    },
    (name, text) => {
      if (!texts.has(name) && text.trim() !== '') texts.set(name, text.trim());
    },
  );
  const chapters = order.map((id) => manifest.get(id) ?? '').filter((name) => zip.has(name));
  return { title: texts.get('title') ?? '', language: texts.get('language') ?? '', chapters };
}

async function eachElement(
  xml: string,
  open: (name: string, attributes: Readonly<Record<string, string>>) => void,
  onText: (element: string, text: string) => void = () => undefined,
): Promise<void> {
  let element = '';
  const handler = {
    open: (name: string, attributes: Readonly<Record<string, string>>) => {
      element = name;
      open(name, attributes);
    },
    text: (text: string) => onText(element, text),
    close: () => undefined,
  };
  await readMarkup([xml], handler, { isXml: true, kind: KIND });
}
