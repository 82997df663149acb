import { openerPatternOf, partialOpenerAt, type TagPair } from './tag-pairs';

export interface Opener {
  pair: TagPair;
  index: number;
  /** Length of the whole opening tag, including attributes. */
  length: number;
  attributes: Record<string, string>;
}

/** A run of one fence character, possibly incomplete. */
interface Run {
  character: string;
  start: number;
  end: number;
}

interface Fence {
  character: string;
  count: number;
}

/** Backticks that start inline code, or at the start of a line a fence: the rest of the line decides. */
interface Span {
  count: number;
  isFence: boolean;
}

const MIN_FENCE = 3;
/** Characters of indentation or quotation marks before a fence, and of blanks after one. */
const MAX_MARGIN = 100;

/**
 * Finds opening tags in streamed text, wherever deltas split it. Tags inside inline code or a code fence are text. Each
 * character is read a bounded number of times: state is held between calls. Inline code ends with its line, so that an
 * unpaired backtick does not hide tags on later lines.
 */
export class OpenerScanner {
  private readonly token: RegExp;
  private position = 0;
  private lineStart = 0;
  private run: Run | undefined;
  private span: Span | undefined;
  /** The first opening tag inside an undecided span. */
  private candidate: Opener | undefined;
  private fence: Fence | undefined;
  /** End of a run that may close the fence. */
  private closingEnd: number | undefined;

  constructor(private readonly pairs: readonly TagPair[]) {
    const openers = pairs.map(({ open }) => `(${openerPatternOf(open)})`);
    this.token = new RegExp([...openers, '\\n', '`+', '~+'].join('|'), 'g');
  }

  /** Adds existing text; it only matters whether it ends inside code. */
  skip(text: string): void {
    this.advance(text, { findsTags: false, isFinal: false });
  }

  /** The first opening tag after the scanned text. `isFinal`: the text will not grow. */
  find(text: string, isFinal = false): Opener | undefined {
    return this.advance(text, { findsTags: true, isFinal });
  }

  private advance(text: string, { findsTags, isFinal }: { findsTags: boolean; isFinal: boolean }): Opener | undefined {
    const end = findsTags && !isFinal ? partialOpenerAt(text, this.pairs, this.position) : text.length;
    for (let match = this.next(text, end); match; match = this.next(text, end)) {
      const opener = this.take(match, text, findsTags);
      if (opener) return opener;
    }
    this.position = Math.max(this.position, end);
    if (this.run && this.run.end < this.position) this.endRun(text);
    return isFinal ? this.finish(text) : undefined;
  }

  /** The next token that begins before `end`. */
  private next(text: string, end: number): RegExpExecArray | undefined {
    if (this.position >= end) return undefined;
    if (this.run && text[this.position] !== this.run.character) this.endRun(text);
    this.token.lastIndex = this.position;
    const match = this.token.exec(text);
    return match && match.index < end ? match : undefined;
  }

  private take(match: RegExpExecArray, text: string, findsTags: boolean): Opener | undefined {
    const [token] = match;
    this.position = match.index + token.length;
    if (token === '\n') return this.endLine(text, match.index);
    if (token[0] === '`' || token[0] === '~') return this.grow(token, match.index);
    return findsTags ? this.meet(match) : undefined;
  }

  private grow(token: string, start: number): undefined {
    const character = token[0] ?? '';
    if (this.run?.end === start && this.run.character === character) this.run.end += token.length;
    else this.run = { character, start, end: start + token.length };
  }

  private meet(match: RegExpExecArray): Opener | undefined {
    const pair = this.pairs[match.slice(1).findIndex((group) => group !== undefined)];
    if (!pair || this.fence) return undefined;
    const opener = { pair, index: match.index, length: match[0].length, attributes: attributesOf(match[0]) };
    if (!this.span) return opener;
    this.candidate ??= opener;
    return undefined;
  }

  /** A complete run opens or closes code, or is text. */
  private endRun(text: string): void {
    const { run } = this;
    if (!run) return;
    this.run = undefined;
    const { character, start, end } = run;
    const count = end - start;
    const isFence = count >= MIN_FENCE && this.isMargin(text, this.lineStart, start);
    if (this.fence) this.closingEnd = isFence && closes(this.fence, character, count) ? end : this.closingEnd;
    else if (character === '`') this.meetBackticks({ count, isFence });
    else if (isFence) this.fence = { character, count };
  }

  private meetBackticks(span: Span): void {
    if (!this.span) this.span = span;
    else if (this.span.count === span.count) this.closeSpan();
  }

  /** A span that is still open at the end of the line is text. */
  private endLine(text: string, index: number): Opener | undefined {
    if (this.closingEnd !== undefined && this.isMargin(text, this.closingEnd, index)) this.fence = undefined;
    this.closingEnd = undefined;
    this.lineStart = index + 1;
    const { span, candidate } = this;
    this.closeSpan();
    if (!span?.isFence) return candidate;
    this.fence = { character: '`', count: span.count };
    return undefined;
  }

  private finish(text: string): Opener | undefined {
    if (this.run) this.endRun(text);
    const { span, candidate } = this;
    this.closeSpan();
    return span?.isFence ? undefined : candidate;
  }

  private closeSpan(): void {
    this.span = undefined;
    this.candidate = undefined;
  }

  private isMargin(text: string, start: number, end: number): boolean {
    return end - start <= MAX_MARGIN && /^[\s>]*$/.test(text.slice(start, end));
  }
}

const closes = (fence: Fence, character: string, count: number): boolean =>
  character === fence.character && count >= fence.count;

/** `key="value"` pairs, in one pass. */
export function attributesOf(opener: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let from = 0; ;) {
    const equals = opener.indexOf('="', from);
    const end = equals === -1 ? -1 : opener.indexOf('"', equals + 2);
    if (end === -1) return attributes;
    let start = equals;
    while (start > from && /\w/.test(opener[start - 1] ?? '')) start--;
    if (start < equals) attributes[opener.slice(start, equals)] = opener.slice(equals + 2, end);
    from = end + 1;
  }
}
