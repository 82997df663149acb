import type { ExtractedPart } from '../extraction.types';
import { decodeText } from './decode-text';
import type { FileSource } from './file-source';
import { MarkdownWriter } from './markdown-writer';
import { readMarkup } from './markup';

/** The texts of elements, each in a paragraph of its own. Entities that the document declares are left as they are. */
export async function* readXml(source: FileSource): AsyncGenerator<ExtractedPart, void> {
  const writer = new MarkdownWriter();
  const handler = {
    open: () => writer.breakLine(),
    text: (text: string) => writer.text(text),
    close: () => writer.breakLine(),
  };
  const texts = decodeText(source.stream());
  const pieces = (async function* () {
    for await (const text of texts) yield text;
  })();
  await readMarkup(pieces, handler, { isXml: true, kind: 'XML' });
  writer.end();
  yield* writer.take();
}
