import { decodeHTML } from 'entities';
import { attributeOf, tagAt, type Tag } from './html-tags';

export type HtmlToken =
  | { kind: 'open'; name: string; attribute: (name: string) => string | undefined }
  | { kind: 'close'; name: string }
  /** With its character references decoded. `within`: the name of a raw text element. */
  | { kind: 'text'; text: string; within?: string };

/** Elements without markup in them, with their end tags; character references count in the escapable ones. */
const RAW: ReadonlySet<string> = new Set(['script', 'style', 'xmp', 'iframe', 'noembed', 'noframes']);
const RAW_ENDS = new Map(
  [...RAW, 'title', 'textarea'].map((name) => [name, new RegExp(`</${name}(?=[\\s/>]|$)`, 'gi')]),
);
const MARKUP = /<[a-z!?/]/gi;

/** Characters of text that are decoded at once. */
const MAX_PIECE = 16_384;
const MAX_REFERENCE = 40;

/**
 * Tags and text of an HTML page in order, as browsers read them, in linear time and without a tree. Comments, declarations and a tag that does not end are left out.
 */
export function* htmlTokens(html: string): Generator<HtmlToken, void> {
  let at = 0;
  while (at < html.length) {
    const start = indexOf(html, MARKUP, at);
    yield* textTokens(html, at, start);
    const tag = tagAt(html, start);
    if (tag === 'unended') return;
    if (tag) yield tokenOf(html, tag);
    at = tag ? tag.end : commentEnd(html, start);
    const rawEnd = tag?.kind === 'open' ? RAW_ENDS.get(tag.name) : undefined;
    if (!tag || !rawEnd) continue;
    const end = indexOf(html, rawEnd, at);
    yield* textTokens(html, at, end, tag.name);
    at = end;
  }
}

/** Where the pattern begins next; the end of the page when it does not. */
function indexOf(html: string, pattern: RegExp, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(html)?.index ?? html.length;
}

const tokenOf = (html: string, tag: Tag): HtmlToken =>
  tag.kind === 'close'
    ? { kind: 'close', name: tag.name }
    : { kind: 'open', name: tag.name, attribute: (name) => attributeOf(html, tag, name) };

/** A text in parts that take no time to decode, cut outside of character references. */
function* textTokens(html: string, start: number, end: number, within?: string): Generator<HtmlToken, void> {
  const decode = within !== undefined && RAW.has(within) ? String : decodeHTML;
  for (let from = start; from < end;) {
    let to = Math.min(from + MAX_PIECE, end);
    const reference = html.slice(to - MAX_REFERENCE, to).lastIndexOf('&');
    if (to < end && reference !== -1) to += reference - MAX_REFERENCE;
    yield { kind: 'text', text: decode(html.slice(from, to)), ...(within !== undefined && { within }) };
    from = to;
  }
}

/** Behind a comment or a declaration. */
function commentEnd(html: string, start: number): number {
  const close = html.startsWith('<!--', start) ? '-->' : '>';
  // `<!-->` is a whole comment.
  const found = html.indexOf(close, start + 2);
  return found === -1 ? html.length : found + close.length;
}
