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
  /** Only indentation and quotation marks precede it on its line. */
  isFirst: boolean;
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
 * character is read a bounded number of times: state is held between calls, and only the end of the text is kept. Inline
 * code ends with its line, so that an unpaired backtick does not hide tags on later lines. All positions count from the
 * start of the text.
 */
export class OpenerScanner {
  private readonly token: RegExp;
  /** The end of the text, from `base`. */
  private window = '';
  private base = 0;
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
  passOver(text: string): void {
    this.window += text;
    this.advance({ findsTags: false, isFinal: false });
    this.forget();
  }

  /** Adds text. */
  add(delta: string): void {
    this.window += delta;
  }

  /** The first opening tag after the scanned text. `isFinal`: the text will not grow. */
  find(isFinal = false): Opener | undefined {
    const opener = this.advance({ findsTags: true, isFinal });
    this.forget();
    return opener;
  }

  private get end(): number {
    return this.base + this.window.length;
  }

  /** Drops what no later call looks at. */
  private forget(): void {
    const from = this.position - MAX_MARGIN - 1;
    if (from <= this.base) return;
    this.window = this.window.slice(from - this.base);
    this.base = from;
  }

  private advance({ findsTags, isFinal }: { findsTags: boolean; isFinal: boolean }): Opener | undefined {
    const isWhole = !findsTags || isFinal;
    const end = isWhole ? this.end : this.base + partialOpenerAt(this.window, this.pairs, this.position - this.base);
    for (let match = this.next(end); match; match = this.next(end)) {
      const opener = this.take(match, findsTags);
      if (opener) return opener;
    }
    this.position = Math.max(this.position, end);
    if (this.run && this.run.end < this.position) this.endRun();
    return isFinal ? this.finish() : undefined;
  }

  /** The next token that begins before `end`. */
  private next(end: number): RegExpExecArray | undefined {
    if (this.position >= end) return undefined;
    if (this.run && this.window[this.position - this.base] !== this.run.character) this.endRun();
    this.token.lastIndex = this.position - this.base;
    const match = this.token.exec(this.window);
    return match && this.base + match.index < end ? match : undefined;
  }

  private take(match: RegExpExecArray, findsTags: boolean): Opener | undefined {
    const [token] = match;
    const start = this.base + match.index;
    this.position = start + token.length;
    if (token === '\n') return this.endLine(start);
    if (token[0] === '`' || token[0] === '~') return this.grow(token, start);
    return findsTags ? this.meet(match, start) : undefined;
  }

  private grow(token: string, start: number): undefined {
    const character = token[0] ?? '';
    if (this.run?.end === start && this.run.character === character) this.run.end += token.length;
    else this.run = { character, start, end: start + token.length, isFirst: this.isMargin(this.lineStart, start) };
  }

  private meet(match: RegExpExecArray, index: number): Opener | undefined {
    const pair = this.pairs[match.slice(1).findIndex((group) => group !== undefined)];
    if (!pair || this.fence) return undefined;
    const opener = { pair, index, length: match[0].length, attributes: attributesOf(match[0]) };
    if (!this.span) return opener;
    this.candidate ??= opener;
    return undefined;
  }

  /** A complete run opens or closes code, or is text. */
  private endRun(): void {
    const { run } = this;
    if (!run) return;
    this.run = undefined;
    const { character, start, end, isFirst } = run;
    const count = end - start;
    const isFence = count >= MIN_FENCE && isFirst;
    if (this.fence) this.closingEnd = isFence && closes(this.fence, character, count) ? end : this.closingEnd;
    else if (character === '`') this.meetBackticks({ count, isFence });
    else if (isFence) this.fence = { character, count };
  }

  private meetBackticks(span: Span): void {
    if (!this.span) this.span = span;
    else if (this.span.count === span.count) this.closeSpan();
  }

  /** A span that is still open at the end of the line is text. */
  private endLine(index: number): Opener | undefined {
    if (this.closingEnd !== undefined && this.isMargin(this.closingEnd, index)) this.fence = undefined;
    this.closingEnd = undefined;
    this.lineStart = index + 1;
    const { span, candidate } = this;
    this.closeSpan();
    if (!span?.isFence) return candidate;
    this.fence = { character: '`', count: span.count };
    return undefined;
  }

  private finish(): Opener | undefined {
    if (this.run) this.endRun();
    const { span, candidate } = this;
    this.closeSpan();
    return span?.isFence ? undefined : candidate;
  }

  private closeSpan(): void {
    this.span = undefined;
    this.candidate = undefined;
  }

  private isMargin(start: number, end: number): boolean {
    return end - start <= MAX_MARGIN && /^[\s>]*$/.test(this.window.slice(start - this.base, end - this.base));
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
