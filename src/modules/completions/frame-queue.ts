/** Characters that may wait: whoever sends them can do so faster than anybody reads. */
const MAX_WAITING = 16_000_000;

/** Texts that come by callback, read as an async iterable; an iteration that stops calls `onClose` once. */
export class FrameQueue implements AsyncIterable<string> {
  private readonly values: string[] = [];
  private waiting = 0;
  private outcome: { error?: Error } | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly onClose: () => void) {}

  /** Too much that waits ends the iteration in an error. */
  push(value: string): void {
    if (this.outcome) return;
    this.waiting += value.length;
    if (this.waiting > MAX_WAITING) return this.end(new Error('More came than was read'));
    this.values.push(value);
    this.wake?.();
  }

  /** No more values; with an error, the iteration ends in it after the values that came before. */
  end(error?: Error): void {
    this.outcome ??= { error };
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    try {
      for (;;) {
        for (let value = this.values.shift(); value !== undefined; value = this.values.shift()) {
          this.waiting -= value.length;
          yield value;
        }
        if (this.outcome?.error) throw this.outcome.error;
        if (this.outcome) return;
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    } finally {
      this.end();
      this.onClose();
    }
  }
}
