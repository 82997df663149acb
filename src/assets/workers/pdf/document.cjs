'use strict';

/** Sets a chat: a title, then every message with its heading. Texts are drawn as they are; nothing in them is markup. */
const PDFDocument = require('pdfkit');
const { Fonts } = require('./fonts.cjs');
const { Paragraph } = require('./lines.cjs');

const MARGIN = 56;
const LEADING = 1.45;
const REGULAR = 400;
const BOLD = 700;

const STYLES = {
  title: { size: 18, weight: BOLD, color: '#111111', after: 10 },
  heading: { size: 11, weight: BOLD, color: '#111111', after: 0 },
  details: { size: 8.5, weight: REGULAR, color: '#5f5f5f', after: 2 },
  text: { size: 10.5, weight: REGULAR, color: '#111111', after: 14 },
};

class Setter {
  #document;
  #fonts;
  #y = MARGIN;

  constructor(document, fonts) {
    this.#document = document;
    this.#fonts = fonts;
    this.width = document.page.width - 2 * MARGIN;
    this.bottom = document.page.height - MARGIN;
  }

  write(text, { size, weight, color, after }) {
    if (text === '') return;
    this.#document.fillColor(color);
    for (const line of this.#fonts.showable(text).split('\n'))
      this.#paragraph(line.replaceAll('\t', '    '), size, weight);
    this.#y += after;
  }

  #paragraph(text, size, weight) {
    if (text.trim() === '') return this.#next(size);
    const paragraph = new Paragraph(text, { fonts: this.#fonts, size, weight, width: this.width });
    for (const runs of paragraph.lines()) {
      const widths = runs.map((run) => this.#fonts.width(run.name, size, run.text));
      const free = this.width - widths.reduce((sum, width) => sum + width, 0);
      this.#line(runs, widths, paragraph.isRightToLeft ? MARGIN + free : MARGIN, size);
    }
  }

  #line(runs, widths, start, size) {
    this.#next(size);
    let x = start;
    for (const [index, { name, text, isTurnedByFont }] of runs.entries()) {
      const options = { lineBreak: false, baseline: 'alphabetic', ...(isTurnedByFont && { features: [] }) };
      this.#document.font(name).fontSize(size).text(text, x, this.#y, options);
      x += widths[index];
    }
  }

  /** One line further down, on the next page if need be. */
  #next(size) {
    this.#y += size * LEADING;
    if (this.#y <= this.bottom) return;
    this.#document.addPage();
    this.#y = MARGIN + size;
  }
}

/** @param chat `{title, messages: {heading, details, text}[]}` */
async function writeChat({ title, messages }) {
  const document = new PDFDocument({ size: 'A4', margin: 0, font: null, info: { Title: title, Creator: 'Confab' } });
  const parts = [];
  document.on('data', (part) => parts.push(part));
  const ended = new Promise((resolve, reject) => document.on('end', resolve).on('error', reject));
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

module.exports = { writeChat };
