import { BoundedText } from './bounded-text';

const OPENS = 1;
const CLOSES = 2;
const SEPARATES = 3;
const NAMES = 4;
const QUOTES = 5;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const LIST = 0x5b;

/** What a byte does in JSON, outside of strings; 0 for everything that is no structure. */
const ROLES = new Uint8Array(256);
for (const [characters, role] of [
  ['[{', OPENS],
  [']}', CLOSES],
  [',', SEPARATES],
  [':', NAMES],
  ['"', QUOTES],
] as const)
  for (const character of characters) ROLES[character.charCodeAt(0)] = role;

/** Longest text around the list, in bytes. */
const MAX_REST = 1024 * 1024;

/** Bytes in which the name of the list has to end. */
const MAX_NAME = 64;

/** A value of the list, as it stands in the text; null when it is longer than allowed. */
export type ItemText = string | null;

/**
 * Takes a JSON text `{"<key>": [item, …], …}` apart as it comes: the items of that list one by one, at most one of them in
 * memory, and at the end the text without them. Looks at brackets and strings alone: whether the parts are JSON shows
 * when they are parsed.
 */
export class JsonItemSplitter {
  private depth = 0;
  private isInString = false;
  /** True when the last byte of the chunk before makes the next one no quote. */
  private isEscaped = false;
  private isListNext = false;
  private isInList = false;
  private isFirst = true;
  private readonly name: RegExp;
  private readonly item: BoundedText;
  private readonly rest = new BoundedText(MAX_REST);

  /** `key` is made of letters. */
  constructor(key: string, maxItemBytes: number) {
    this.name = new RegExp(`(?<!\\\\)"${key}"\\s*:$`);
    this.item = new BoundedText(maxItemBytes);
  }

  /** The items that end in this part of the text. */
  *push(chunk: Buffer): Generator<ItemText> {
    let from = 0;
    for (let at = this.isInString ? this.endOfString(chunk, 0) + 1 : 0; at < chunk.length; at++) {
      const role = ROLES[chunk[at] as number] as number;
      if (role === QUOTES) {
        this.isInString = true;
        at = this.endOfString(chunk, at + 1);
      } else if (role !== 0) {
        if (role === CLOSES) this.depth--;
        if (this.endsItem(role)) {
          this.item.add(chunk.subarray(from, at));
          yield* this.takeItem(role === CLOSES);
          from = role === CLOSES ? at : at + 1;
        } else from = this.follow(chunk, from, at);
        if (role === OPENS) this.depth++;
      }
    }
    this.target.add(chunk.subarray(from));
  }

  /** The text without the items; null when that is too long. */
  end(): string | null {
    return this.rest.take();
  }

  private get target(): BoundedText {
    return this.isInList ? this.item : this.rest;
  }

  private endsItem(role: number): boolean {
    return this.isInList && ((role === SEPARATES && this.depth === 2) || (role === CLOSES && this.depth === 1));
  }

  /** An empty list has no item; an empty text behind a comma is one, which is no JSON. */
  private *takeItem(isLast: boolean): Generator<ItemText> {
    const text = this.item.take();
    if (!isLast || !this.isFirst || text?.trim() !== '') yield text;
    this.isFirst = isLast;
    this.isInList = !isLast;
  }

  /** Structure between the keys: answers from where on the text is not stored yet. */
  private follow(chunk: Buffer, from: number, at: number): number {
    if (this.depth !== 1 || this.isInList) return from;
    const isName = chunk[at] === COLON;
    this.isInList = this.isListNext && chunk[at] === LIST;
    this.rest.add(chunk.subarray(from, at + 1));
    this.isListNext = isName && this.name.test(this.rest.tail(MAX_NAME));
    return at + 1;
  }

  /** The place of the closing quote, or the length of the chunk when that does not have it. */
  private endOfString(chunk: Buffer, start: number): number {
    let from = this.isEscaped ? start + 1 : start;
    for (;;) {
      const quote = chunk.indexOf(QUOTE, from);
      const end = quote === -1 ? chunk.length : quote;
      this.isEscaped = hasOddSlashes(chunk, from, end);
      if (quote === -1) return chunk.length;
      if (!this.isEscaped) {
        this.isInString = false;
        return quote;
      }
      from = quote + 1;
    }
  }
}

function hasOddSlashes(chunk: Buffer, from: number, end: number): boolean {
  let first = end;
  while (first > from && chunk[first - 1] === BACKSLASH) first--;
  return (end - first) % 2 === 1;
}
