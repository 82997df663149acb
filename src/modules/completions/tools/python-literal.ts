import type { JsonObject } from '../../../common/util/json';

const MAX_DEPTH = 100;
const WORDS = new Map<string, unknown>([
  ['True', true],
  ['False', false],
  ['None', null],
  ['true', true],
  ['false', false],
  ['null', null],
]);
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\x07', '0': '\0' },
  ...{ '\\': '\\', "'": "'", '"': '"', '/': '/', '\n': '' },
};
/** Hexadecimal digits of an escape. */
const CODE_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * The value of a Python literal: dictionaries, lists, tuples, strings, numbers, `True`, `False` and `None`, and their
 * names in JSON. In linear time.
 * @throws SyntaxError
 */
export function parsePythonLiteral(text: string): unknown {
  return new LiteralReader(text).read();
}

class LiteralReader {
  private at = 0;

  constructor(private readonly text: string) {}

  read(): unknown {
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) throw this.unexpected();
    return value;
  }

  private value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new SyntaxError('Too deeply nested');
    this.space();
    const next = this.text[this.at];
    if (next === '{') return this.dictionary(depth + 1);
    if (next === '[' || next === '(') return this.list(next === '[' ? ']' : ')', depth + 1);
    if (next === '"' || next === "'") return this.string(next);
    return this.word();
  }

  private dictionary(depth: number): JsonObject {
    const entries: [string, unknown][] = [];
    this.items('}', () => {
      const key = this.value(depth);
      this.expect(':');
      entries.push([String(key), this.value(depth)]);
    });
    return Object.fromEntries(entries);
  }

  private list(end: string, depth: number): unknown[] {
    const values: unknown[] = [];
    this.items(end, () => void values.push(this.value(depth)));
    return values;
  }

  /** Comma-separated items up to `end`; a comma may follow the last one. */
  private items(end: string, readItem: () => void): void {
    this.at++;
    for (;;) {
      this.space();
      if (this.text[this.at] === end) break;
      readItem();
      this.space();
      if (this.text[this.at] === ',') this.at++;
      else if (this.text[this.at] !== end) throw this.unexpected();
    }
    this.at++;
  }

  private string(quote: string): string {
    const pieces: string[] = [];
    let start = ++this.at;
    for (; this.text[this.at] !== quote; this.at++) {
      if (this.at >= this.text.length) throw this.unexpected();
      if (this.text[this.at] !== '\\') continue;
      pieces.push(this.text.slice(start, this.at), this.escape());
      start = this.at + 1;
    }
    pieces.push(this.text.slice(start, this.at++));
    return pieces.join('');
  }

  /** The character of an escape; ends on its last character. An unknown one is text. */
  private escape(): string {
    const letter = this.text[++this.at] ?? '';
    const digits = CODE_DIGITS[letter];
    if (digits === undefined) return ESCAPES[letter] ?? `\\${letter}`;
    const code = this.text.slice(this.at + 1, this.at + 1 + digits);
    if (code.length < digits || !/^[\da-fA-F]+$/.test(code)) throw this.unexpected();
    this.at += digits;
    return digits === 8 ? String.fromCodePoint(parseInt(code, 16)) : String.fromCharCode(parseInt(code, 16));
  }

  private word(): unknown {
    const [word = ''] = /^[\w.+-]{0,400}/.exec(this.text.slice(this.at, this.at + 400)) ?? [];
    this.at += word.length;
    if (WORDS.has(word)) return WORDS.get(word);
    const number = Number(word.replaceAll('_', ''));
    if (word === '' || Number.isNaN(number)) throw this.unexpected();
    return number;
  }

  private expect(character: string): void {
    this.space();
    if (this.text[this.at++] !== character) throw this.unexpected();
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  private unexpected(): SyntaxError {
    return new SyntaxError(`Unexpected text at ${this.at}`);
  }
}
