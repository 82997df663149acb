import { BoundedText } from './bounded-text';
import { Role, ROLES } from './json-bounds';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const LIST = 0x5b;

/** Bytes before the list that contain its name. */
const MAX_NAME = 64;

/** The text of an item; null when it exceeds the limit. */
export type ItemText = string | null;

/**
 * Splits the JSON text `{"<key>": [item, …], …}` or `[item, …]` as it arrives: yields the items of the list, one of
 * which is in memory at a time, and finally the text without them. Only brackets and strings are checked; the parts are
 * validated when they are parsed.
 */
export class JsonItemSplitter {
  private depth = 0;
  private isInString = false;
  /** True when the previous chunk ends with a backslash that escapes the next byte. */
  private isEscaped = false;
  private hasStructure = false;
  private isListNext = false;
  private isInList = false;
  private listDepth = 1;
  private isFirst = true;
  private readonly name: RegExp;
  private readonly item: BoundedText;
  private readonly rest: BoundedText;

  /** `key` consists of letters. The limit applies to each item and to the text without them. */
  constructor(key: string, maxItemBytes: number) {
    this.name = new RegExp(`(?<!\\\\)"${key}"\\s*:$`);
    this.item = new BoundedText(maxItemBytes);
    this.rest = new BoundedText(maxItemBytes);
  }

  /** The items that end in this chunk. */
  *push(chunk: Buffer): Generator<ItemText> {
    let from = 0;
    for (let at = this.isInString ? this.endOfString(chunk, 0) + 1 : 0; at < chunk.length; at++) {
      const role = ROLES[chunk[at] as number] as Role;
      if (role === Role.QUOTES) {
        this.isInString = true;
        at = this.endOfString(chunk, at + 1);
      } else if (role !== Role.NONE || chunk[at] === COLON) {
        if (role === Role.CLOSES) this.depth--;
        if (this.endsItem(role)) {
          this.item.add(chunk.subarray(from, at));
          yield* this.takeItem(role === Role.CLOSES);
          from = role === Role.CLOSES ? at : at + 1;
        } else from = this.follow(chunk, from, at);
        if (role === Role.OPENS) this.depth++;
      }
    }
    this.target.add(chunk.subarray(from));
  }

  /** The text without the items; null when it exceeds the limit. */
  end(): string | null {
    return this.rest.take();
  }

  private get target(): BoundedText {
    return this.isInList ? this.item : this.rest;
  }

  private endsItem(role: Role): boolean {
    if (!this.isInList) return false;
    return (
      (role === Role.SEPARATES && this.depth === this.listDepth + 1) ||
      (role === Role.CLOSES && this.depth === this.listDepth)
    );
  }

  /** An empty list has no item; empty text after a comma is one, which fails to parse. */
  private *takeItem(isLast: boolean): Generator<ItemText> {
    const text = this.item.take();
    if (!isLast || !this.isFirst || text?.trim() !== '') yield text;
    this.isFirst = isLast;
    this.isInList = !isLast;
  }

  /** Handles structure outside the list; returns the start of the text that is not yet stored. */
  private follow(chunk: Buffer, from: number, at: number): number {
    if (this.isInList || this.depth > 1) return from;
    const isList = chunk[at] === LIST;
    const isTopLevel = this.depth === 0 && !this.hasStructure;
    this.hasStructure = true;
    this.isInList = isList && (isTopLevel || (this.depth === 1 && this.isListNext));
    this.listDepth = this.depth;
    this.rest.add(chunk.subarray(from, at + 1));
    this.isListNext = this.depth === 1 && chunk[at] === COLON && this.name.test(this.rest.tail(MAX_NAME));
    return at + 1;
  }

  /** The position of the closing quote; the length of the chunk when it is in a later one. */
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
