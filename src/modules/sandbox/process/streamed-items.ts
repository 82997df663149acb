/** Items that one side pushes no faster than the other reads. Leaving the iteration ends the pushing. */
export class StreamedItems implements AsyncIterable<unknown> {
  /** Called when the reader leaves. */
  onLeave: () => void = () => undefined;
  private readonly waiting: { item: unknown; taken: (isWanted: boolean) => void }[] = [];
  private outcome: { error?: unknown } | undefined;
  private isLeft = false;
  private wake: () => void = () => undefined;

  /** Resolves when the item was taken; with false when no further one is wanted. */
  push(item: unknown): Promise<boolean> {
    if (this.isLeft) return Promise.resolve(false);
    return new Promise((taken) => {
      this.waiting.push({ item, taken });
      this.wake();
    });
  }

  /** Ends the iteration, with an error by throwing it, after the items that were pushed. */
  end(error?: unknown): void {
    this.outcome ??= error === undefined ? {} : { error };
    this.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void> {
    try {
      for (;;) {
        const next = this.waiting.shift();
        if (next) {
          next.taken(true);
          yield next.item;
        } else if (this.outcome) {
          if ('error' in this.outcome) throw this.outcome.error;
          return;
        } else await new Promise<void>((resolve) => (this.wake = resolve));
      }
    } finally {
      this.isLeft = true;
      for (const { taken } of this.waiting.splice(0)) taken(false);
      this.onLeave();
    }
  }
}
