'use strict';

/** Finds for every character a font that has it, and reads only the files that are needed. */
const { readFile } = require('node:fs/promises');
const fontkit = require('fontkit');
const subsetFont = require('subset-font');

/** In the order in which they are asked; of all but the first only the parts for their own script count. */
const PACKAGES = [
  variable('noto-sans'),
  ...['arabic', 'hebrew', 'devanagari', 'bengali', 'gurmukhi', 'gujarati', 'tamil', 'telugu', 'kannada', 'malayalam']
    .concat(['sinhala', 'thai', 'lao', 'khmer', 'myanmar', 'georgian', 'armenian', 'ethiopic', 'symbols', 'sc', 'kr'])
    .map((script) => variable(`noto-sans-${script}`)),
  { name: 'noto-sans-symbols-2', scope: '@fontsource', style: '400-normal', isVariable: false },
  variable('noto-emoji'),
];
const SHARED_PARTS = /^(?:latin|greek|cyrillic|vietnamese)/;
const MISSING = '\u25a1';

function variable(name) {
  return { name, scope: '@fontsource-variable', style: 'wght-normal', isVariable: true };
}

/** Every file of the packages with the ranges of code points that it is for. */
const listParts = () =>
  PACKAGES.flatMap(({ name, scope, style, isVariable }) =>
    Object.entries(require(`${scope}/${name}/unicode.json`))
      .map(([part, ranges]) => ({ part: part.replace(/[[\]]/g, ''), ranges: ranges.split(',').map(toRange) }))
      .filter(({ part }) => name === PACKAGES[0].name || !SHARED_PARTS.test(part))
      .map(({ part, ranges }) => ({
        id: `${name}-${part}`,
        file: require.resolve(`${scope}/${name}/files/${name}-${part}-${style}.woff2`),
        isVariable,
        ranges,
      })),
  );

function toRange(text) {
  const [first, last = first] = text.trim().replace(/^U\+/i, '').split('-');
  return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
}

/** Fonts by the names under which the document knows them: part and weight. Only characters of the document are in them. */
class Fonts {
  #document;
  #parts = listParts();
  #covered = new Map();
  #partOf = new Map();
  #fonts = new Map();

  constructor(document) {
    this.#document = document;
  }

  /** Has to come before anything else is asked about texts of this weight. */
  async load(texts, weight) {
    // Letters that consist of parts are drawn from their parts.
    const characters = new Set(texts.join('').normalize('NFD') + texts.join('') + MISSING);
    const used = new Set();
    for (const character of characters) used.add(await this.#partFor(character.codePointAt(0)));
    const text = [...characters].join('');
    for (const part of used) if (part) await this.#register(part, text, weight);
  }

  /** Name of a font with the character; undefined when none has it. */
  find(character, weight) {
    const part = this.#partOf.get(character.codePointAt(0));
    return part && nameOf(part, weight);
  }

  has(name, character) {
    return this.#fonts.get(name).hasGlyphForCodePoint(character.codePointAt(0));
  }

  /** The text with a box for every visible character that no font has. */
  showable(text) {
    return text.replace(/[^\p{C}\p{Z}\p{M}]/gu, (character) => (this.find(character, 0) ? character : MISSING));
  }

  width(name, size, text) {
    return this.#document.font(name).fontSize(size).widthOfString(text);
  }

  async #partFor(codePoint) {
    if (!this.#partOf.has(codePoint)) this.#partOf.set(codePoint, await this.#search(codePoint));
    return this.#partOf.get(codePoint);
  }

  async #search(codePoint) {
    for (const part of this.#parts) {
      const isFor = part.ranges.some(([first, last]) => codePoint >= first && codePoint <= last);
      // Some ranges name more than is in the file.
      if (isFor && (await this.#cover(part)).has(codePoint)) return part;
    }
    return undefined;
  }

  async #cover({ id, file }) {
    if (!this.#covered.has(id)) this.#covered.set(id, new Set(fontkit.create(await readFile(file)).characterSet));
    return this.#covered.get(id);
  }

  async #register(part, text, weight) {
    const name = nameOf(part, weight);
    const options = { targetFormat: 'truetype', ...(part.isVariable && { variationAxes: { wght: weight } }) };
    const font = fontkit.create(await subsetFont(await readFile(part.file), text, options));
    // PDFKit takes fonts of one name for one font, and parts and weights of a family are named alike.
    Object.defineProperty(font, 'postscriptName', { value: name.replace(' ', '-') });
    font.layout = tolerantLayout(font.layout.bind(font));
    this.#fonts.set(name, font);
    this.#document.registerFont(name, font);
  }
}

const nameOf = ({ id }, weight) => `${id} ${weight}`;

const WITHOUT_ANCHORS = { mark: false, mkmk: false, abvm: false, blwm: false };

/** Fontkit fails where a mark has no anchor on its letter (Gurmukhi has such): the mark then stays where it comes. */
function tolerantLayout(layout) {
  return (text) => {
    try {
      return layout(text);
    } catch {
      return layout(text, WITHOUT_ANCHORS);
    }
  };
}

module.exports = { Fonts };
