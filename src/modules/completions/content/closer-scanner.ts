import { cutAt } from './tag-pairs';

/**
 * Finds a closing tag in streamed text, wherever deltas split it; only the end of the text is kept. A tag in backticks is
 * text: the model writes about the tag. Positions count from the start of the text.
 */
export class CloserScanner {
  /** The end of the text, from `base`. */
  private window = '';
  private base = 0;
  /** Index in the window from which the tag is searched. */
  private from = 0;

  constructor(private readonly tag: string) {}

  add(delta: string): void {
    this.window += delta;
  }

  /** -1: not found yet. `isFinal`: the text will not grow. */
  find(isFinal: boolean): number {
    for (;;) {
      const index = this.window.indexOf(this.tag, this.from);
      if (index === -1) return this.wait(cutAt(this.window, this.tag, this.from));
      const end = index + this.tag.length;
      const isQuoted = this.window[index - 1] === '`';
      if (isQuoted && end === this.window.length && !isFinal) return this.wait(index);
      if (!isQuoted || this.window[end] !== '`') return this.base + index;
      this.from = end;
    }
  }

  /** The next search begins at `from`; the character before it decides whether the tag is quoted. */
  private wait(from: number): -1 {
    const kept = Math.max(from - 1, 0);
    this.window = this.window.slice(kept);
    this.base += kept;
    this.from = from - kept;
    return -1;
  }
}
