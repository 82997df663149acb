/** What changed in a text: `text` replaces everything behind its first `from` UTF-16 units. */
export interface TextChange {
  from: number;
  text: string;
}

/** The text after the change. */
export const changed = (text: string, change: TextChange): string => text.slice(0, change.from) + change.text;

/**
 * An append-only string that reports what changed. Appending takes time in proportion to the piece: the pieces are joined
 * only when a reader needs the whole string.
 */
export class GrowingText {
  /** Reported so far, without the tail. */
  private reported = '';
  private fresh = '';
  private tail = '';
  private isChanged = false;

  get value(): string {
    return this.reported + this.fresh + this.tail;
  }

  /** Without the tail. */
  get length(): number {
    return this.reported.length + this.fresh.length;
  }

  append(piece: string): void {
    if (piece === '') return;
    this.fresh += piece;
    this.isChanged = true;
  }

  /** Replaces the end of the text that later pieces are put before. */
  setTail(tail: string): void {
    this.isChanged ||= tail !== this.tail;
    this.tail = tail;
  }

  /** What is appended from here on comes behind the tail. */
  keepTail(): void {
    this.fresh += this.tail;
    this.tail = '';
  }

  /** Removes what is behind `length`, and the tail. */
  cut(length: number): void {
    this.setTail('');
    if (length >= this.length) return;
    this.isChanged = true;
    const kept = length - this.reported.length;
    this.fresh = kept > 0 ? this.fresh.slice(0, kept) : '';
    if (kept < 0) this.reported = this.reported.slice(0, length);
  }

  /** The change since the last call; undefined without any. */
  takeChange(): TextChange | undefined {
    if (!this.isChanged) return undefined;
    const change = { from: this.reported.length, text: this.fresh + this.tail };
    this.reported += this.fresh;
    this.fresh = '';
    this.isChanged = false;
    return change;
  }
}
