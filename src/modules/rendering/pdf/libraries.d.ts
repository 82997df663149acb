/** What is used of packages that come without types. */

declare module 'sanitize-html' {
  interface Options {
    allowedTags?: readonly string[];
    allowedAttributes?: Readonly<Record<string, readonly string[]>>;
    allowedSchemes?: readonly string[];
    allowProtocolRelative?: boolean;
    enforceHtmlBoundary?: boolean;
  }
  function sanitizeHtml(html: string, options?: Options): string;
  namespace sanitizeHtml {
    const defaults: { allowedTags: readonly string[] };
  }
  export = sanitizeHtml;
}

declare module 'fontkit' {
  export interface Font {
    characterSet: readonly number[];
    hasGlyphForCodePoint(codePoint: number): boolean;
    layout(text: string, features?: Readonly<Record<string, boolean>>): unknown;
  }
  export function create(bytes: Uint8Array): Font;
}

declare module 'subset-font' {
  interface Options {
    targetFormat?: 'truetype';
    variationAxes?: Readonly<Record<string, number>>;
  }
  export default function subsetFont(font: Uint8Array, text: string, options?: Options): Promise<Buffer>;
}

declare module 'linebreak' {
  export default class LineBreaker {
    constructor(text: string);
    nextBreak(): { position: number } | null;
  }
}

declare module 'pdfkit' {
  import type { EventEmitter } from 'node:events';
  import type { Font } from 'fontkit';

  interface TextOptions {
    lineBreak?: boolean;
    baseline?: 'alphabetic';
    features?: readonly string[];
  }

  export default class PDFDocument extends EventEmitter {
    constructor(options: { size: 'A4'; margin: number; font: null; info: Readonly<Record<string, string>> });
    readonly page: { width: number; height: number };
    addPage(): this;
    registerFont(name: string, font: Font): this;
    font(name: string): this;
    fontSize(size: number): this;
    fillColor(color: string): this;
    widthOfString(text: string): number;
    text(text: string, x: number, y: number, options?: TextOptions): this;
    end(): void;
  }
}
