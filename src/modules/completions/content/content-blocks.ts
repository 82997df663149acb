import type { CodeBlock, ContentBlock, ToolCall, ToolResult } from './content-block';
import { OpenerScanner, type Opener } from './opener-scanner';
import { CloserScanner } from './closer-scanner';
import type { TextChange } from './growing-text';
import { ShownText } from './shown-text';
import type { TagPair } from './tag-pairs';

interface OpenTag {
  pair: TagPair;
  scanner: CloserScanner;
  startedAt: number;
}

/**
 * Converts the deltas of a reply to blocks incrementally. The result does not depend on how the deltas split the text.
 * Work is proportional to the delta, not to the text so far.
 */
export class ContentBlocks {
  private readonly list: ContentBlock[] = [];
  private readonly shown = new ShownText();
  /** Scanner of the last block, when it is text. */
  private scanner: OpenerScanner;
  /** The tag that the last block is inside of. */
  private open: OpenTag | undefined;
  /** Start of the provider's own reasoning, when it is the last block. */
  private reasoningSince: number | undefined;
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
    this.push({ type: 'text', text: start });
    this.expect(pairs);
    this.shown.takeChange();
  }

  /** Finds these tags from here on. Only before the model responds. */
  expect(pairs: readonly TagPair[]): void {
    this.pairs = pairs;
    this.scanner = new OpenerScanner(pairs);
    this.scanner.passOver(this.text);
  }

  get blocks(): readonly ContentBlock[] {
    return this.list;
  }

  /** All blocks as one string, as `serializeBlocks` makes it. */
  get content(): string {
    return this.shown.value;
  }

  /** How `content` changed since the last call; undefined when it did not. */
  takeChange(): TextChange | undefined {
    return this.shown.takeChange();
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
    (this.open?.scanner ?? this.scanner).add(delta);
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
    this.shown.clear();
    this.open = undefined;
    this.reasoningSince = undefined;
    this.pendingCode = undefined;
    this.push({ type: 'text', text });
    this.scanner.passOver(text);
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
    this.shown.rewrite(last);
    this.resume();
  }

  /** Completes the code of the last block; the next delta is text again. */
  setOutput(output: unknown): void {
    if (this.pendingCode) this.pendingCode.output = output;
    this.pendingCode = undefined;
    this.shown.rewrite(this.last);
    this.resume();
  }

  /** Ends the reply: closes open blocks and drops an empty last one. */
  finish(): void {
    this.scan(true);
    const { last } = this;
    const since = this.reasoningSince ?? this.open?.startedAt;
    if (last.type === 'reasoning' && since !== undefined) {
      last.duration = this.secondsSince(since);
      this.shown.rewrite(last);
    }
    if (last.type === 'text') last.text = last.text.trim();
    if (last.type === 'text' && last.text === '' && this.list.length > 1) this.pop();
  }

  /** Calls or code run: what follows belongs behind them. */
  private get isWaiting(): boolean {
    const { last } = this;
    return this.pendingCode !== undefined || (last.type === 'tool_calls' && last.results === undefined);
  }

  private resume(): void {
    this.push({ type: 'text', text: this.held });
    this.scanner.passOver(this.held);
    this.held = '';
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
    this.shown.push(block);
    if (block.type === 'text') this.scanner = new OpenerScanner(this.pairs);
  }

  private pop(): void {
    this.list.pop();
    this.shown.pop();
  }

  /** The text is a chain of deltas: joining it for each of them would cost more with each. */
  private grow(delta: string): void {
    const { last } = this;
    if ('text' in last) last.text += delta;
    this.shown.append(delta, last);
  }

  private scan(isFinal = false): void {
    while (this.open ? this.leave(this.open, isFinal) : this.enter(isFinal));
  }

  /** Searches the next opening tag; true when there may be another one. */
  private enter(isFinal: boolean): boolean {
    if (this.last.type !== 'text') return false;
    const opener = this.scanner.find(isFinal);
    if (opener) this.begin(opener);
    return opener !== undefined;
  }

  private begin({ pair, index, length, attributes }: Opener): void {
    const rest = this.text.slice(index + length);
    this.text = this.text.slice(0, index);
    this.shown.rewrite(this.last);
    this.open = { pair, scanner: new CloserScanner(pair.close), startedAt: this.now() };
    this.open.scanner.add(rest);
    const { type } = pair;
    const { lang: language = '', type: kind } = attributes;
    const isInert = kind !== 'code' && { isInert: true as const };
    this.push(type === 'code_interpreter' ? { type, text: rest, language, ...isInert } : { type, text: rest });
  }

  /** Searches the closing tag; true when there may be another tag. */
  private leave({ pair, scanner, startedAt }: OpenTag, isFinal: boolean): boolean {
    const index = scanner.find(isFinal);
    if (index === -1) return false;
    const rest = this.text.slice(index + pair.close.length);
    const inner = this.text.slice(0, index).trim();
    this.text = inner;
    this.open = undefined;
    const { last } = this;
    if (last.type === 'reasoning') last.duration = this.secondsSince(startedAt);
    if (inner === '') this.pop();
    else this.shown.rewrite(last);
    if (inner !== '' && last.type === 'code_interpreter') {
      this.pendingCode = last;
      return false;
    }
    this.push({ type: 'text', text: rest });
    this.scanner.add(rest);
    return true;
  }

  private endReasoning(): void {
    const { last } = this;
    if (last.type === 'reasoning') {
      last.duration = this.secondsSince(this.reasoningSince ?? this.now());
      this.shown.rewrite(last);
    }
    this.reasoningSince = undefined;
    this.push({ type: 'text', text: '' });
  }

  private secondsSince(start: number): number {
    return Math.max(0, Math.floor((this.now() - start) / 1000));
  }
}
