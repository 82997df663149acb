import type { JsonObject } from '../../common/util/json';

/** Writes keys of one stored message. */
export type SaveMessage = (patch: JsonObject, options?: { moveCurrent?: boolean }) => Promise<void>;

/**
 * Stores a reply while it comes: at most one write at a time, and the text no more often than every `interval()`
 * milliseconds. What a crash can lose is the text since the last write.
 */
export class ReplyWriter {
  private queue: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private latest: (() => string) | undefined;

  constructor(
    private readonly save: SaveMessage,
    private readonly interval: () => number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** The message becomes the one that the chat shows. */
  begin(patch: JsonObject): void {
    this.enqueue(() => this.save(patch, { moveCurrent: true }));
  }

  /** There is more text; `read` is called when it is written. */
  update(read: () => string): void {
    this.latest = read;
    this.timer ??= setTimeout(() => this.enqueue(() => this.flush()), this.interval());
  }

  /** Any other change, in its turn. */
  change(work: () => Promise<void>): void {
    this.enqueue(work);
  }

  /** The last write: resolves when everything is stored. */
  async end(patch: JsonObject): Promise<void> {
    clearTimeout(this.timer);
    this.latest = undefined;
    this.enqueue(() => this.save(patch));
    await this.queue;
  }

  private async flush(): Promise<void> {
    this.timer = undefined;
    const read = this.latest;
    this.latest = undefined;
    if (read) await this.save({ content: read() });
  }

  private enqueue(work: () => Promise<void>): void {
    this.queue = this.queue.then(work).catch(this.onError);
  }
}
