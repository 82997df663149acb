import type { ContentBlock } from './content-block';
import { GrowingText, type TextChange } from './growing-text';
import { OPEN_REASONING, QuotedLines, serializeBlock } from './serialize-blocks';

/**
 * The serialised blocks of a reply, as `serializeBlocks` makes them, kept up to date: a delta of text or reasoning costs
 * as much as the delta, any other change as much as the last block.
 */
export class ShownText {
  private readonly text = new GrowingText();
  /** Length of the text before each block. */
  private readonly starts: number[] = [];
  /** Writes the last block on, when it is one that grows. */
  private grow: ((delta: string) => void) | undefined;

  get value(): string {
    return this.text.value;
  }

  takeChange(): TextChange | undefined {
    return this.text.takeChange();
  }

  /** Adds a block; the one before does not change any more. */
  push(block: ContentBlock): void {
    this.text.keepTail();
    this.starts.push(this.text.length);
    this.write(block);
  }

  /** Removes the last block; the one before becomes the last, and does not grow. */
  pop(): void {
    this.text.cut(this.starts.pop() ?? 0);
    this.grow = undefined;
  }

  clear(): void {
    this.starts.length = 0;
    this.text.cut(0);
  }

  /** Writes the last block again: it changed other than by growing. */
  rewrite(block: ContentBlock): void {
    this.text.cut(this.starts.at(-1) ?? 0);
    this.write(block);
  }

  /** The text of the last block, `block`, grew by `delta`. */
  append(delta: string, block: ContentBlock): void {
    if (this.grow) this.grow(delta);
    else this.rewrite(block);
  }

  private write(block: ContentBlock): void {
    this.grow = this.growerOf(block);
    if (this.grow && 'text' in block) this.grow(block.text);
    else this.put(serializeBlock(block).replace(/\n$/, ''));
  }

  private growerOf(block: ContentBlock): ((delta: string) => void) | undefined {
    if (block.type === 'text' || block.type === 'solution') return this.paragraph();
    if (block.type === 'reasoning' && block.duration === undefined) return this.reasoning();
    return undefined;
  }

  /** Blanks are shown once text follows. */
  private paragraph(): (delta: string) => void {
    let blank = '';
    let isEmpty = true;
    return (delta) => {
      const end = delta.trimEnd();
      if (end === '') {
        if (!isEmpty) blank += delta;
        return;
      }
      if (isEmpty) this.put(end.trimStart());
      else this.text.append(blank + end);
      isEmpty = false;
      blank = delta.slice(end.length);
    };
  }

  private reasoning(): (delta: string) => void {
    const lines = new QuotedLines();
    this.put(OPEN_REASONING.head);
    return (delta) => {
      this.text.append(lines.add(delta));
      this.text.setTail(OPEN_REASONING.foot);
    };
  }

  /** Each block starts on a new line. */
  private put(text: string): void {
    if (this.text.length === 0) this.text.append(text.trimStart());
    else if (text !== '') this.text.append(`\n${text}`);
  }
}
