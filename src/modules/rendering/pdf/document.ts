import PDFDocument from 'pdfkit';
import type { ChatDocument } from '../chat-document';
import { Fonts } from './fonts';
import { Paragraph, type Run } from './lines';

const MARGIN = 56;
const LEADING = 1.45;
const REGULAR = 400;
const BOLD = 700;

interface Style {
  size: number;
  weight: number;
  color: string;
  /** Space below. */
  after: number;
}

const STYLES = {
  title: { size: 18, weight: BOLD, color: '#111111', after: 10 },
  heading: { size: 11, weight: BOLD, color: '#111111', after: 0 },
  details: { size: 8.5, weight: REGULAR, color: '#5f5f5f', after: 2 },
  text: { size: 10.5, weight: REGULAR, color: '#111111', after: 14 },
} satisfies Record<string, Style>;

/** Texts are drawn as they are; nothing in them is markup. */
class Setter {
  private readonly width: number;
  private readonly bottom: number;
  private y = MARGIN;

  constructor(
    private readonly document: PDFDocument,
    private readonly fonts: Fonts,
  ) {
    this.width = document.page.width - 2 * MARGIN;
    this.bottom = document.page.height - MARGIN;
  }

  write(text: string, { size, weight, color, after }: Style): void {
    if (text === '') return;
    this.document.fillColor(color);
    for (const line of this.fonts.showable(text).split('\n'))
      this.paragraph(line.replaceAll('\t', '    '), size, weight);
    this.y += after;
  }

  private paragraph(text: string, size: number, weight: number): void {
    if (text.trim() === '') return this.next(size);
    const paragraph = new Paragraph(text, { fonts: this.fonts, size, weight, width: this.width });
    for (const runs of paragraph.lines()) {
      const widths = runs.map((run) => this.fonts.width(run.name, size, run.text));
      const free = this.width - widths.reduce((sum, width) => sum + width, 0);
      this.line(runs, widths, paragraph.isRightToLeft ? MARGIN + free : MARGIN, size);
    }
  }

  private line(runs: readonly Run[], widths: readonly number[], start: number, size: number): void {
    this.next(size);
    let x = start;
    for (const [index, { name, text, isTurnedByFont }] of runs.entries()) {
      const options = { lineBreak: false, baseline: 'alphabetic' as const, ...(isTurnedByFont && { features: [] }) };
      this.document.font(name).fontSize(size).text(text, x, this.y, options);
      x += widths[index] ?? 0;
    }
  }

  /** One line further down, on the next page if need be. */
  private next(size: number): void {
    this.y += size * LEADING;
    if (this.y <= this.bottom) return;
    this.document.addPage();
    this.y = MARGIN + size;
  }
}

/** Sets a chat: a title, then every message with its heading. */
export async function writeChat({ title, messages }: ChatDocument): Promise<Uint8Array> {
  const document = new PDFDocument({ size: 'A4', margin: 0, font: null, info: { Title: title, Creator: 'Confab' } });
  const parts: Uint8Array[] = [];
  document.on('data', (part: Uint8Array) => parts.push(part));
  const ended = new Promise<void>((resolve, reject) => document.on('end', resolve).on('error', reject));
  const fonts = new Fonts(document);
  await fonts.load([title, ...messages.map(({ heading }) => heading)], BOLD);
  await fonts.load(
    messages.flatMap(({ details, text }) => [details, text]),
    REGULAR,
  );
  const setter = new Setter(document, fonts);
  setter.write(title, STYLES.title);
  for (const { heading, details, text } of messages) {
    setter.write(heading, STYLES.heading);
    setter.write(details, STYLES.details);
    setter.write(text, STYLES.text);
  }
  document.end();
  await ended;
  return Buffer.concat(parts);
}
