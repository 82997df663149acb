/** Age limits in milliseconds. */
export interface Freshness {
  /** Older values are refreshed when they are read; Infinity: never. */
  ttl: number;
  /** How long the last good value is served after failures. */
  keepFor: number;
}

const FIRST_RETRY = 2_000;
const MAX_RETRY = 60_000;

/**
 * A remote value, served stale while it is refreshed: reading never waits. Concurrent fetches are shared. After
 * failures the next fetch backs off, and the last good value is served for a limited time.
 */
export class RefreshedValue<T> {
  private value: { data: T; at: number } | undefined;
  private fetching: { ended: Promise<void>; since: number } | undefined;
  private failures = 0;
  private failedAt = 0;

  constructor(
    private readonly fetch: () => Promise<T>,
    private readonly freshness: () => Freshness,
    private readonly now: () => number = Date.now,
  ) {}

  /** False until the first fetch has succeeded or failed. */
  get isSettled(): boolean {
    return this.value !== undefined || this.failures > 0;
  }

  /** The last good value; undefined when there is none or it has expired. Starts a fetch when one is due. */
  read(): T | undefined {
    if (this.isDue()) void this.refresh();
    const isOutlived = this.failures > 0 && this.ageOf(this.value?.at) > this.freshness().keepFor;
    return isOutlived ? undefined : this.value?.data;
  }

  /** Resolves when the running fetch, or a new one, has succeeded or failed. */
  refresh(): Promise<void> {
    this.fetching ??= { since: this.now(), ended: this.run().finally(() => (this.fetching = undefined)) };
    return this.fetching.ended;
  }

  /** Milliseconds since the running fetch started; 0 when there is none. */
  get fetchingFor(): number {
    return this.fetching ? this.now() - this.fetching.since : 0;
  }

  private async run(): Promise<void> {
    try {
      this.value = { data: await this.fetch(), at: this.now() };
      this.failures = 0;
    } catch {
      this.failures++;
      this.failedAt = this.now();
    }
  }

  private isDue(): boolean {
    if (this.failures > 0)
      return this.ageOf(this.failedAt) >= Math.min(MAX_RETRY, FIRST_RETRY * 2 ** (this.failures - 1));
    return this.ageOf(this.value?.at) >= this.freshness().ttl;
  }

  private ageOf(at: number | undefined): number {
    return at === undefined ? Infinity : this.now() - at;
  }
}
