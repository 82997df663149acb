/** Milliseconds between two events on average. */
const INTERVAL = 1000 / 30;
/** Milliseconds of unused time that events may make up for, so that at most 60 leave in one second. */
const BURST = 900;

/**
 * Spaces the events of one reply: a few leave at once, then 30 a second. Events that cost more have longer intervals.
 * Times in milliseconds.
 */
export class Pace {
  /** When all events so far would have left, evenly spaced. */
  private due: number;

  constructor(private readonly now: () => number = Date.now) {
    this.due = now();
  }

  /** Time until the next event may leave; 0: now. */
  get wait(): number {
    return Math.max(0, this.due - BURST - this.now());
  }

  /** An event leaves. `interval`: the least time until the next one, on average. */
  spend(interval = 0): void {
    this.due = Math.max(this.due, this.now()) + Math.max(INTERVAL, interval);
  }
}
