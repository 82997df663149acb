import { AttemptCounter } from './attempt-counter';
import { WINDOW_MINUTES, minuteOf, sumOf, type Tally } from './tally';

/** Beyond this many keys the oldest are forgotten. */
const MAX_KEYS = 200_000;

interface Window {
  /** The minute that `counts[0]` belongs to. */
  minute: number;
  counts: number[];
}

/** The counters of one process. */
export class MemoryAttemptCounter extends AttemptCounter {
  private readonly windows = new Map<string, Window>();
  private sweptAt = 0;

  constructor(
    private readonly now: () => number = Date.now,
    private readonly maxKeys = MAX_KEYS,
  ) {
    super();
  }

  async hit(key: string, limit: number): Promise<Tally> {
    this.sweep();
    const { counts } = this.window(key);
    const before = [...counts];
    if (sumOf(before) < limit) counts[0] = (counts[0] ?? 0) + 1;
    return before;
  }

  async peek(key: string): Promise<Tally> {
    return [...this.window(key).counts];
  }

  async refund(key: string): Promise<void> {
    const { counts } = this.window(key);
    counts[0] = Math.max(0, (counts[0] ?? 0) - 1);
  }

  private window(key: string): Window {
    const minute = minuteOf(this.now());
    const window = this.windows.get(key) ?? { minute, counts: Array<number>(WINDOW_MINUTES).fill(0) };
    const passed = Math.min(minute - window.minute, WINDOW_MINUTES);
    if (passed > 0) window.counts = [...Array<number>(passed).fill(0), ...window.counts].slice(0, WINDOW_MINUTES);
    window.minute = minute;
    // Last in the order in which keys are forgotten.
    this.windows.delete(key);
    this.windows.set(key, window);
    this.forgetOldest();
    return window;
  }

  /** Once a minute, windows that hold nothing any more go. */
  private sweep(): void {
    const minute = minuteOf(this.now());
    if (minute === this.sweptAt) return;
    this.sweptAt = minute;
    for (const [key, window] of this.windows) if (minute - window.minute >= WINDOW_MINUTES) this.windows.delete(key);
  }

  private forgetOldest(): void {
    const [oldest] = this.windows.keys();
    if (oldest !== undefined && this.windows.size > this.maxKeys) this.windows.delete(oldest);
  }
}
