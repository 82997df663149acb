/**
 * An async iterable of values that arrive by callback. An iteration that stops, for any reason, calls `onClose` once.
 */
export class AsyncQueue<T> implements AsyncIterable<T> {
  private readonly values: T[] = [];
  private waiting = 0;
  private outcome: { error?: unknown } | undefined;
  private wake: (() => void) | undefined;
  private release: (() => void) | undefined;

  constructor(private readonly options: { sizeOf?: (value: T) => number; onClose?: () => void } = {}) {}

  /** Total size of unread values; each counts 1 unless `sizeOf` is given. */
  get size(): number {
    return this.waiting;
  }

  push(value: T): void {
    if (this.outcome) return;
    this.waiting += this.sizeOf(value);
    this.values.push(value);
    this.wake?.();
  }

  /** Ends the queue. With an error the iteration fails after the queued values. */
  end(error?: unknown): void {
    this.outcome ??= error === undefined ? {} : { error };
    this.wake?.();
    this.release?.();
  }

  /** Resolves when everything was read, or reading has stopped. */
  async drained(): Promise<void> {
    while (this.waiting > 0 && !this.outcome) await new Promise<void>((resolve) => (this.release = resolve));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    try {
      for (;;) {
        for (; this.values.length > 0; this.release?.()) {
          const value = this.values.shift() as T;
          this.waiting -= this.sizeOf(value);
          yield value;
        }
        if (this.outcome && 'error' in this.outcome) throw this.outcome.error;
        if (this.outcome) return;
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    } finally {
      this.waiting = 0;
      this.end();
      this.options.onClose?.();
    }
  }

  private sizeOf(value: T): number {
    return this.options.sizeOf?.(value) ?? 1;
  }
}
