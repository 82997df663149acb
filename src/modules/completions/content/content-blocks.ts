import type { ContentBlock } from './content-block';
import { cutAt, OpenerScanner, type Opener } from './opener-scanner';
import { serializeBlock } from './serialize-blocks';
import type { TagPair } from './tag-pairs';

interface OpenTag {
  pair: TagPair;
  startedAt: number;
}

/**
 * Turns the deltas of a reply into blocks while they come. Tags are found wherever chunks cut the text: the final
 * blocks depend on the text alone. All work is proportional to the delta, not to the text so far.
 */
export class ContentBlocks {
  private readonly list: ContentBlock[];
  private readonly scanner: OpenerScanner;
  /** Where in the last block the next search begins. */
  private scanFrom: number;
  /** The tag that the last block is inside of. */
  private open: OpenTag | undefined;
  /** When the provider's own reasoning, now the last block, began. */
  private reasoningSince: number | undefined;
  private closed = { count: 0, content: '' };

  /** `start` is kept in front of the reply; `now` in milliseconds. */
  constructor(
    start: string,
    pairs: readonly TagPair[],
    private readonly now: () => number = Date.now,
  ) {
    this.list = [{ type: 'text', text: start }];
    this.scanner = new OpenerScanner(pairs);
    this.scanFrom = start.length;
  }

  get blocks(): readonly ContentBlock[] {
    return this.list;
  }

  /** Everything so far as one text; only the last block is serialised anew. */
  get content(): string {
    const last = this.list.length - 1;
    if (this.closed.count !== last)
      this.closed = { count: last, content: this.list.slice(0, last).map(serializeBlock).join('') };
    return `${this.closed.content}${serializeBlock(this.last)}`.trim();
  }

  /** A delta of the reply's text. */
  appendText(delta: string): void {
    if (this.reasoningSince !== undefined) this.endReasoning();
    this.grow(delta);
    this.scan();
  }

  /** A delta that the provider marks as reasoning. */
  appendReasoning(delta: string): void {
    if (this.last.type !== 'reasoning') {
      this.open = undefined;
      this.reasoningSince = this.now();
      this.push({ type: 'reasoning', text: '' });
    }
    this.grow(delta);
  }

  /** No more deltas: closes what is open and drops an empty end. */
  finish(): void {
    this.scan(true);
    const { last } = this;
    const since = this.reasoningSince ?? this.open?.startedAt;
    if (last.type === 'reasoning' && since !== undefined) last.duration = this.secondsSince(since);
    if (last.type === 'text') last.text = last.text.trim();
    if (last.type === 'text' && last.text === '' && this.list.length > 1) this.list.pop();
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
  }

  private grow(delta: string): void {
    this.text += delta;
  }

  private scan(isFinal = false): void {
    while (this.open ? this.leave(this.open) : this.enter(isFinal));
  }

  /** Looks for the next opener; true when there may be more to find. */
  private enter(isFinal: boolean): boolean {
    if (this.last.type !== 'text') return false;
    const opener = this.scanner.find(this.text, this.scanFrom, isFinal);
    if (opener) {
      this.begin(opener);
      return true;
    }
    this.scanFrom = this.scanner.resumeAt(this.text, this.scanFrom);
    return false;
  }

  private begin({ pair, index, length, attributes }: Opener): void {
    const rest = this.text.slice(index + length);
    this.text = this.text.slice(0, index);
    this.open = { pair, startedAt: this.now() };
    const { type } = pair;
    this.push(
      type === 'code_interpreter' ? { type, text: rest, language: attributes.lang ?? '' } : { type, text: rest },
    );
  }

  /** Looks for the closer of the open tag; true when there may be more to find. */
  private leave({ pair, startedAt }: OpenTag): boolean {
    const index = this.text.indexOf(pair.close, this.scanFrom);
    if (index === -1) {
      this.scanFrom = cutAt(this.text, pair.close, this.scanFrom);
      return false;
    }
    const rest = this.text.slice(index + pair.close.length);
    this.text = this.text.slice(0, index).trim();
    this.open = undefined;
    if (this.text === '') this.list.pop();
    else if (this.last.type === 'reasoning') this.last.duration = this.secondsSince(startedAt);
    this.push({ type: 'text', text: rest });
    return true;
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
