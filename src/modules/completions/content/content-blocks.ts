import type { CodeBlock, ContentBlock, ToolCall, ToolResult } from './content-block';
import { OpenerScanner, type Opener } from './opener-scanner';
import { serializeBlock } from './serialize-blocks';
import { cutAt, type TagPair } from './tag-pairs';

interface OpenTag {
  pair: TagPair;
  startedAt: number;
}

/**
 * Converts the deltas of a reply to blocks incrementally. The result does not depend on how the deltas split the text.
 * Work is proportional to the delta, not to the text so far.
 */
export class ContentBlocks {
  private readonly list: ContentBlock[];
  /** Scanner of the last block, when it is text. */
  private scanner: OpenerScanner;
  /** Index in the last block from which its closing tag is searched. */
  private scanFrom = 0;
  /** The tag that the last block is inside of. */
  private open: OpenTag | undefined;
  /** Start of the provider's own reasoning, when it is the last block. */
  private reasoningSince: number | undefined;
  private closed = { count: 0, content: '' };
  /** Code whose tag was closed, until it has run. */
  private pendingCode: CodeBlock | undefined;
  /** Text that other parts of the server added while calls or code run. */
  private held = '';

  /** `start` precedes the reply; `now` in milliseconds. */
  constructor(
    start: string,
    private pairs: readonly TagPair[],
    private readonly now: () => number = Date.now,
  ) {
    this.list = [{ type: 'text', text: start }];
    this.expect(pairs);
  }

  /** Finds these tags from here on. Only before the model responds. */
  expect(pairs: readonly TagPair[]): void {
    this.pairs = pairs;
    this.scanner = new OpenerScanner(pairs);
    this.scanner.skip(this.text);
  }

  get blocks(): readonly ContentBlock[] {
    return this.list;
  }

  /** All blocks as one string; only the last block is serialised again. */
  get content(): string {
    const last = this.list.length - 1;
    if (this.closed.count !== last)
      this.closed = { count: last, content: this.list.slice(0, last).map(serializeBlock).join('') };
    return `${this.closed.content}${serializeBlock(this.last)}`.trim();
  }

  /** Code that has to run now: the model must not write on before. */
  get codeToRun(): CodeBlock | undefined {
    return this.pendingCode;
  }

  /** Appends a delta of the reply's text. */
  appendText(delta: string): void {
    if (this.isWaiting) {
      this.held += delta;
      return;
    }
    if (this.reasoningSince !== undefined) this.endReasoning();
    this.grow(delta);
    this.scan();
  }

  /** Appends a delta that the provider marks as reasoning. */
  appendReasoning(delta: string): void {
    if (this.last.type !== 'reasoning') {
      this.open = undefined;
      this.reasoningSince = this.now();
      this.push({ type: 'reasoning', text: '' });
    }
    this.grow(delta);
  }

  /** The provider replaced its reply: `text` is the reply so far. */
  replace(text: string): void {
    this.list.length = 0;
    this.open = undefined;
    this.reasoningSince = undefined;
    this.pendingCode = undefined;
    this.push({ type: 'text', text });
    this.scanner.skip(text);
    this.closed.count = -1;
  }

  /** Adds calls that wait for their results; see `setResults`. */
  addToolCalls(calls: ToolCall[]): void {
    this.finish();
    this.open = undefined;
    this.reasoningSince = undefined;
    this.push({ type: 'tool_calls', calls });
  }

  /** Completes the calls of the last block; the next delta is text again. */
  setResults(results: ToolResult[]): void {
    const { last } = this;
    if (last.type === 'tool_calls') last.results = results;
    this.resume();
  }

  /** Completes the code of the last block; the next delta is text again. */
  setOutput(output: unknown): void {
    if (this.pendingCode) this.pendingCode.output = output;
    this.pendingCode = undefined;
    this.resume();
  }

  /** Ends the reply: closes open blocks and drops an empty last one. */
  finish(): void {
    this.scan(true);
    const { last } = this;
    const since = this.reasoningSince ?? this.open?.startedAt;
    if (last.type === 'reasoning' && since !== undefined) last.duration = this.secondsSince(since);
    if (last.type === 'text') last.text = last.text.trim();
    if (last.type === 'text' && last.text === '' && this.list.length > 1) this.list.pop();
    this.closed.count = -1;
  }

  /** Calls or code run: what follows belongs behind them. */
  private get isWaiting(): boolean {
    const { last } = this;
    return this.pendingCode !== undefined || (last.type === 'tool_calls' && last.results === undefined);
  }

  private resume(): void {
    this.push({ type: 'text', text: this.held });
    this.scanner.skip(this.held);
    this.held = '';
    this.closed.count = -1;
  }

  private get last(): ContentBlock {
    const last = this.list.at(-1);
    if (!last) throw new Error('A reply has at least one block');
    return last;
  }

  private get text(): string {
    const { last } = this;
    return 'text' in last ? last.text : '';
  }

  private set text(text: string) {
    const { last } = this;
    if ('text' in last) last.text = text;
  }

  private push(block: ContentBlock): void {
    this.list.push(block);
    this.scanFrom = 0;
    if (block.type === 'text') this.scanner = new OpenerScanner(this.pairs);
  }

  private grow(delta: string): void {
    this.text += delta;
  }

  private scan(isFinal = false): void {
    while (this.open ? this.leave(this.open, isFinal) : this.enter(isFinal));
  }

  /** Searches the next opening tag; true when there may be another one. */
  private enter(isFinal: boolean): boolean {
    if (this.last.type !== 'text') return false;
    const opener = this.scanner.find(this.text, isFinal);
    if (opener) this.begin(opener);
    return opener !== undefined;
  }

  private begin({ pair, index, length, attributes }: Opener): void {
    const rest = this.text.slice(index + length);
    this.text = this.text.slice(0, index);
    this.open = { pair, startedAt: this.now() };
    const { type } = pair;
    const { lang: language = '', type: kind } = attributes;
    const isInert = kind !== 'code' && { isInert: true as const };
    this.push(type === 'code_interpreter' ? { type, text: rest, language, ...isInert } : { type, text: rest });
  }

  /** Searches the closing tag; true when there may be another tag. */
  private leave({ pair, startedAt }: OpenTag, isFinal: boolean): boolean {
    const index = this.closerAt(pair.close, isFinal);
    if (index === -1) return false;
    const rest = this.text.slice(index + pair.close.length);
    this.text = this.text.slice(0, index).trim();
    this.open = undefined;
    const { last } = this;
    if (this.text === '') this.list.pop();
    else if (last.type === 'reasoning') last.duration = this.secondsSince(startedAt);
    else if (last.type === 'code_interpreter') {
      this.pendingCode = last;
      return false;
    }
    this.push({ type: 'text', text: rest });
    return true;
  }

  /** A closing tag in backticks is text: the model writes about the tag. -1: not found yet. */
  private closerAt(close: string, isFinal: boolean): number {
    for (;;) {
      const index = this.text.indexOf(close, this.scanFrom);
      if (index === -1) {
        this.scanFrom = cutAt(this.text, close, this.scanFrom);
        return -1;
      }
      const end = index + close.length;
      const isQuoted = this.text[index - 1] === '`';
      if (isQuoted && end === this.text.length && !isFinal) {
        this.scanFrom = index;
        return -1;
      }
      if (!isQuoted || this.text[end] !== '`') return index;
      this.scanFrom = end;
    }
  }

  private endReasoning(): void {
    if (this.last.type === 'reasoning') this.last.duration = this.secondsSince(this.reasoningSince ?? this.now());
    this.reasoningSince = undefined;
    this.push({ type: 'text', text: '' });
  }

  private secondsSince(start: number): number {
    return Math.max(0, Math.floor((this.now() - start) / 1000));
  }
}
