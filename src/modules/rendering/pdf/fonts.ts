import { readFile } from 'node:fs/promises';
import { create, type Font } from 'fontkit';
import type PDFDocument from 'pdfkit';
import subsetFont from 'subset-font';

interface FontPackage {
  name: string;
  scope: string;
  style: string;
  isVariable: boolean;
}

/** A file of a package, with the ranges of code points that it is for. */
interface Part {
  id: string;
  file: string;
  isVariable: boolean;
  ranges: readonly (readonly [number, number])[];
}

/** In the order in which they are asked; of all but the first only the parts for their own script count. */
const PACKAGES: readonly FontPackage[] = [
  variable('noto-sans'),
  ...['arabic', 'hebrew', 'devanagari', 'bengali', 'gurmukhi', 'gujarati', 'tamil', 'telugu', 'kannada', 'malayalam']
    .concat(['sinhala', 'thai', 'lao', 'khmer', 'myanmar', 'georgian', 'armenian', 'ethiopic', 'symbols', 'sc', 'kr'])
    .map((script) => variable(`noto-sans-${script}`)),
  { name: 'noto-sans-symbols-2', scope: '@fontsource', style: '400-normal', isVariable: false },
  variable('noto-emoji'),
];
const SHARED_PARTS = /^(?:latin|greek|cyrillic|vietnamese)/;
const MISSING = '\u25a1';

function variable(name: string): FontPackage {
  return { name, scope: '@fontsource-variable', style: 'wght-normal', isVariable: true };
}

async function listParts(): Promise<Part[]> {
  const lists = await Promise.all(
    PACKAGES.map(async ({ name, scope, style, isVariable }) => {
      const text = await readFile(require.resolve(`${scope}/${name}/unicode.json`), 'utf8');
      return Object.entries(JSON.parse(text) as Record<string, string>)
        .map(([part, ranges]) => ({ part: part.replace(/[[\]]/g, ''), ranges: ranges.split(',').map(toRange) }))
        .filter(({ part }) => name === PACKAGES[0]?.name || !SHARED_PARTS.test(part))
        .map(({ part, ranges }) => ({
          id: `${name}-${part}`,
          file: require.resolve(`${scope}/${name}/files/${name}-${part}-${style}.woff2`),
          isVariable,
          ranges,
        }));
    }),
  );
  return lists.flat();
}

function toRange(text: string): [number, number] {
  const [first = '', last = first] = text.trim().replace(/^U\+/i, '').split('-');
  return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
}

/**
 * Finds for every character a font that has it, and reads only the files that are needed. The document knows fonts by
 * part and weight; only characters of the document are in them.
 */
export class Fonts {
  private parts: Part[] = [];
  private readonly covered = new Map<string, ReadonlySet<number>>();
  private readonly partOf = new Map<number, Part | undefined>();
  private readonly fonts = new Map<string, Font>();

  constructor(private readonly document: PDFDocument) {}

  /** Has to come before anything else is asked about texts of this weight. */
  async load(texts: readonly string[], weight: number): Promise<void> {
    if (this.parts.length === 0) this.parts = await listParts();
    // Letters that consist of parts are drawn from their parts.
    const characters = new Set(texts.join('').normalize('NFD') + texts.join('') + MISSING);
    const used = new Set<Part | undefined>();
    for (const character of characters) used.add(await this.partFor(codePointOf(character)));
    const text = [...characters].join('');
    for (const part of used) if (part) await this.register(part, text, weight);
  }

  /** Name of a font with the character; undefined when none has it. */
  find(character: string, weight: number): string | undefined {
    const part = this.partOf.get(codePointOf(character));
    return part && nameOf(part, weight);
  }

  has(name: string, character: string): boolean {
    return this.fonts.get(name)?.hasGlyphForCodePoint(codePointOf(character)) === true;
  }

  /** The text with a box for every visible character that no font has. */
  showable(text: string): string {
    return text.replace(/[^\p{C}\p{Z}\p{M}]/gu, (character) => (this.find(character, 0) ? character : MISSING));
  }

  width(name: string, size: number, text: string): number {
    return this.document.font(name).fontSize(size).widthOfString(text);
  }

  private async partFor(codePoint: number): Promise<Part | undefined> {
    if (!this.partOf.has(codePoint)) this.partOf.set(codePoint, await this.search(codePoint));
    return this.partOf.get(codePoint);
  }

  private async search(codePoint: number): Promise<Part | undefined> {
    for (const part of this.parts) {
      const isFor = part.ranges.some(([first, last]) => codePoint >= first && codePoint <= last);
      // Some ranges name more than is in the file.
      if (isFor && (await this.cover(part)).has(codePoint)) return part;
    }
    return undefined;
  }

  private async cover({ id, file }: Part): Promise<ReadonlySet<number>> {
    const covered = this.covered.get(id) ?? new Set(create(await readFile(file)).characterSet);
    this.covered.set(id, covered);
    return covered;
  }

  private async register(part: Part, text: string, weight: number): Promise<void> {
    const name = nameOf(part, weight);
    const options = { targetFormat: 'truetype' as const, ...(part.isVariable && { variationAxes: { wght: weight } }) };
    const font = create(await subsetFont(await readFile(part.file), text, options));
    // PDFKit takes fonts of one name for one font, and parts and weights of a family are named alike.
    Object.defineProperty(font, 'postscriptName', { value: name.replace(' ', '-') });
    font.layout = tolerantLayout(font.layout.bind(font));
    this.fonts.set(name, font);
    this.document.registerFont(name, font);
  }
}

const codePointOf = (character: string): number => character.codePointAt(0) ?? 0;

const nameOf = ({ id }: Part, weight: number): string => `${id} ${weight}`;

const WITHOUT_ANCHORS = { mark: false, mkmk: false, abvm: false, blwm: false };

/** Fontkit fails where a mark has no anchor on its letter (Gurmukhi has such): the mark then stays where it comes. */
function tolerantLayout(layout: Font['layout']): Font['layout'] {
  return (text) => {
    try {
      return layout(text);
    } catch {
      return layout(text, WITHOUT_ANCHORS);
    }
  };
}
