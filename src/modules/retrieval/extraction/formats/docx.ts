import { zipSync } from 'fflate';
import type { ExtractedPart } from '../extraction.types';
import { htmlParts } from './html';
import { readAs } from './limits';
import type { ZipFile } from './zip';

/** What mammoth reads; pictures and embedded objects stay packed. */
const NEEDED = /^(?:\[Content_Types\]\.xml|_rels\/[^/]*|(?:word|docProps)\/(?:_rels\/)?[^/]*\.(?:xml|rels))$/;

/** What is used of mammoth. */
interface Mammoth {
  convertToHtml(
    input: { buffer: Buffer },
    options: { convertImage: unknown; includeEmbeddedStyleMap: boolean },
  ): Promise<{ value: string }>;
  images: { imgElement(toAttributes: () => Promise<{ src: string }>): unknown };
}

/** Headings, lists, tables, notes. */
export async function* readDocx(zip: ZipFile): AsyncGenerator<ExtractedPart, void> {
  // Unpacked here, where the limits are, and handed on as it is.
  const entries = Object.fromEntries(
    zip.names.filter((name) => NEEDED.test(name)).map((name) => [name, zip.buffer(name)]),
  );
  const html = await readAs('a Word document', async () => {
    const { default: mammoth } = (await import('mammoth')) as unknown as { default: Mammoth };
    const convertImage = mammoth.images.imgElement(() => Promise.resolve({ src: '' }));
    const buffer = Buffer.from(zipSync(entries, { level: 0 }));
    return (await mammoth.convertToHtml({ buffer }, { convertImage, includeEmbeddedStyleMap: false })).value;
  });
  yield* htmlParts(html).parts;
}
