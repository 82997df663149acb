import type { TagPair } from './tag-pairs';

export interface Opener {
  pair: TagPair;
  index: number;
  /** Of the whole opener, attributes included. */
  length: number;
  attributes: Record<string, string>;
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `<name>`: may carry attributes. */
const nameOf = (open: string): string | undefined => /^<(\w+)>$/.exec(open)?.[1];

const ATTRIBUTES = String.raw`(?:\s[^<>\n]*)?`;

/** Finds the openers of tag pairs in a text that grows, also when chunks cut them. */
export class OpenerScanner {
  private readonly complete: RegExp;
  /** The beginning of an opener at the end of the text, from its `<` on. */
  private readonly unfinished: RegExp | undefined;

  constructor(private readonly pairs: readonly TagPair[]) {
    const patterns = pairs.map(({ open }) => {
      const name = nameOf(open);
      return name === undefined ? escapeRegExp(open) : `<${name}${ATTRIBUTES}>`;
    });
    this.complete = new RegExp(patterns.map((pattern) => `(${pattern})`).join('|') || '(?!)', 'g');
    const names = pairs.map(({ open }) => nameOf(open)).filter((name) => name !== undefined);
    if (names.length > 0) this.unfinished = new RegExp(String.raw`<(?:${names.join('|')})\s[^<>\n]*$`);
  }

  /** The first opener at or after `from`. `isFinal`: the text will not grow, what is unfinished is text. */
  find(text: string, from: number, isFinal = false): Opener | undefined {
    this.complete.lastIndex = from;
    const match = this.complete.exec(text);
    if (!match) return undefined;
    const pending = isFinal ? -1 : this.unfinishedAt(text, from);
    if (pending !== -1 && pending < match.index) return undefined;
    const pair = this.pairs[match.slice(1).findIndex((group) => group !== undefined)];
    return pair && { pair, index: match.index, length: match[0].length, attributes: attributesOf(match[0]) };
  }

  /** Where the next search has to begin: at the earliest place at which an opener may have begun. */
  resumeAt(text: string, from: number): number {
    const pending = this.unfinishedAt(text, from);
    const cuts = this.pairs.map(({ open }) => cutAt(text, open, from));
    return Math.min(...cuts, pending === -1 ? text.length : pending, text.length);
  }

  private unfinishedAt(text: string, from: number): number {
    const offset = this.unfinished ? text.slice(from).search(this.unfinished) : -1;
    return offset === -1 ? -1 : from + offset;
  }
}

/** Index at which the text ends in the beginning of `open`, or its length. */
export function cutAt(text: string, open: string, from: number): number {
  for (let start = Math.max(from, text.length - open.length + 1); start < text.length; start++)
    if (open.startsWith(text.slice(start))) return start;
  return text.length;
}

function attributesOf(opener: string): Record<string, string> {
  const attributes = [...opener.matchAll(/(\w+)="([^"]*)"/g)];
  return Object.fromEntries(attributes.map(([, name = '', value = '']) => [name, value]));
}
