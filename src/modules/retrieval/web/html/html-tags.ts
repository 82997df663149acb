import { decodeHTMLAttribute } from 'entities';

export interface Tag {
  kind: 'open' | 'close';
  name: string;
  /** Where the attributes begin, and the position behind `>`. */
  attributes: number;
  end: number;
}

/** Limits of one tag, far above those of real pages: attributes that are read, and characters. */
const MAX_ATTRIBUTES = 500;
const MAX_TAG = 1_000_000;

const TAG_START = /<\/?[a-z]/iy;
const TAG_NAME = /[^\s/>]{1,64}/y;
const REST_OF_NAME = /[^\s/>]{0,1000000}/y;
const GAP = /[\s/]{0,1000000}/y;
const ATTRIBUTE_NAME = /[^\s/>][^\s/>=]{0,1000000}/y;
const EQUALS = /\s{0,1000}=\s{0,1000}/y;
const BARE_VALUE = /[^\s>]{0,1000000}/y;

/** The position behind the pattern, or the same position when it is not there. */
function skip(html: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at;
  return pattern.test(html) ? pattern.lastIndex : at;
}

/** The tag that begins at a position, if one does. */
export function tagAt(html: string, start: number): Tag | 'unended' | undefined {
  const nameStart = skip(html, start, TAG_START) - 1;
  if (nameStart < start) return undefined;
  const nameEnd = skip(html, nameStart, TAG_NAME);
  const name = html.slice(nameStart, nameEnd).toLowerCase();
  const attributes = skip(html, nameEnd, REST_OF_NAME);
  const end = tagEnd(html, attributes);
  return end === undefined ? 'unended' : { kind: html[start + 1] === '/' ? 'close' : 'open', name, attributes, end };
}

function tagEnd(html: string, attributes: number): number | undefined {
  let at = attributes;
  for (let count = 0; count < MAX_ATTRIBUTES && at - attributes < MAX_TAG; count++) {
    const attribute = nextAttribute(html, at);
    if (typeof attribute !== 'object') return attribute;
    at = attribute.end;
  }
  const end = html.indexOf('>', at);
  return end === -1 ? undefined : end + 1;
}

/** The value of an attribute, decoded; of several the first. An attribute without a value is empty. */
export function attributeOf(html: string, { attributes, end }: Tag, name: string): string | undefined {
  let at = attributes;
  for (let count = 0; count < MAX_ATTRIBUTES && at < end; count++) {
    const attribute = nextAttribute(html, at);
    if (typeof attribute !== 'object') return undefined;
    const [from, to] = attribute.name;
    if (to - from === name.length && html.slice(from, to).toLowerCase() === name)
      return decodeHTMLAttribute(html.slice(...attribute.value));
    at = attribute.end;
  }
  return undefined;
}

type Span = [start: number, end: number];

interface Attribute {
  name: Span;
  value: Span;
  /** Behind it. */
  end: number;
}

/** The attribute behind a position; without one the position behind `>`, or undefined when the page ends before. */
function nextAttribute(html: string, from: number): Attribute | number | undefined {
  const start = skip(html, from, GAP);
  if (html[start] === '>') return start + 1;
  const nameEnd = skip(html, start, ATTRIBUTE_NAME);
  if (nameEnd === start) return undefined;
  const name: Span = [start, nameEnd];
  const valueStart = skip(html, nameEnd, EQUALS);
  if (valueStart === nameEnd) return { name, value: [nameEnd, nameEnd], end: nameEnd };
  const quote = html[valueStart];
  if (quote !== '"' && quote !== "'") {
    const end = skip(html, valueStart, BARE_VALUE);
    return { name, value: [valueStart, end], end };
  }
  const end = html.indexOf(quote, valueStart + 1);
  return end === -1 ? undefined : { name, value: [valueStart + 1, end], end: end + 1 };
}
