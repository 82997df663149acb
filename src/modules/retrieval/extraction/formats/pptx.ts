import type { ExtractedPart } from '../extraction.types';
import { MarkdownWriter } from './markdown-writer';
import { attributeOf, readMarkup, type MarkupHandler } from './markup';
import { relationshipsOf } from './office-zip';
import type { ZipFile } from './zip';

const PRESENTATION = 'ppt/presentation.xml';
const KIND = 'a PowerPoint presentation';

/** One part for each slide, numbered from 1, in their order; its notes follow its text. */
export async function* readPptx(zip: ZipFile): AsyncGenerator<ExtractedPart, void> {
  const slides = await slideNames(zip);
  for (const [index, name] of slides.entries()) {
    const writer = new MarkdownWriter({ slide: index + 1, total_slides: slides.length });
    await readMarkup(zip.stream(name), new SlideHandler(writer), { isXml: true, kind: KIND });
    for (const { type, target } of (await relationshipsOf(zip, name)).values()) {
      if (type !== 'notesSlide' || !zip.has(target)) continue;
      await readMarkup(zip.stream(target), new SlideHandler(writer, true), { isXml: true, kind: KIND });
    }
    writer.end();
    yield* writer.take();
  }
}

async function slideNames(zip: ZipFile): Promise<string[]> {
  const targets = await relationshipsOf(zip, PRESENTATION);
  const ids: string[] = [];
  const open = (name: string, attributes: Readonly<Record<string, string>>) => {
    if (name === 'sldId') ids.push(attributes['r:id'] ?? '');
  };
  await readMarkup(
    [zip.text(PRESENTATION)],
    { open, text: () => undefined, close: () => undefined },
    { isXml: true, kind: KIND },
  );
  return ids.map((id) => targets.get(id)?.target ?? '').filter((name) => zip.has(name));
}

/** Paragraphs and tables of a slide; the placeholder of the title is a heading. */
class SlideHandler implements MarkupHandler {
  private isText = false;
  private isTitle = false;
  private isLeftOut = false;

  constructor(
    private readonly writer: MarkdownWriter,
    private readonly isNotes = false,
  ) {}

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    const { writer } = this;
    if (name === 't') this.isText = true;
    else if (name === 'ph') this.readPlaceholder(attributeOf(attributes, 'type'));
    else if (name === 'p' && this.isTitle) writer.startHeading(1);
    else if (name === 'br') writer.breakLine();
    else if (name === 'tbl') writer.startTable();
    else if (name === 'tc') writer.startCell();
  }

  text(text: string): void {
    if (this.isText && !this.isLeftOut) this.writer.text(text);
  }

  close(name: string): void {
    const { writer } = this;
    if (name === 't') this.isText = false;
    else if (name === 'p') writer.endBlock();
    else if (name === 'tc') writer.endCell();
    else if (name === 'tr') writer.endRow();
    else if (name === 'tbl') writer.endTable();
    else if (name === 'sp') this.isTitle = this.isLeftOut = false;
  }

  /** Page numbers and dates are no text of the slide, and its picture in the notes repeats it. */
  private readPlaceholder(type: string): void {
    this.isTitle = !this.isNotes && (type === 'title' || type === 'ctrTitle');
    this.isLeftOut = ['sldNum', 'dt', 'ftr', 'hdr', 'sldImg'].includes(type);
  }
}
