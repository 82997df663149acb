/** How old a value may get. Milliseconds. */
export interface Freshness {
  /** Older values are fetched again when somebody reads them; Infinity: never. */
  ttl: number;
  /** The last good value outlives failures for so long. */
  keepFor: number;
}

const FIRST_RETRY = 2_000;
const MAX_RETRY = 60_000;

/**
 * One value from elsewhere, stale while it is fetched again: reading never waits. Fetches that run are shared. After a
 * failure the next one has to wait, longer with each failure, and the last good value is still served for a while.
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

  /** False until the first fetch has ended, well or not. */
  get isSettled(): boolean {
    return this.value !== undefined || this.failures > 0;
  }

  /** The last good value; undefined when there is none, or only one that failures have outlived. Starts a due fetch. */
  read(): T | undefined {
    if (this.isDue()) void this.refresh();
    const isOutlived = this.failures > 0 && this.ageOf(this.value?.at) > this.freshness().keepFor;
    return isOutlived ? undefined : this.value?.data;
  }

  /** Resolves when a fetch has ended, well or not: the one that runs, or a new one. */
  refresh(): Promise<void> {
    this.fetching ??= { since: this.now(), ended: this.run().finally(() => (this.fetching = undefined)) };
    return this.fetching.ended;
  }

  /** Milliseconds for which the running fetch runs already; 0 when there is none. */
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
