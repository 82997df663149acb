const WINDOW_SECONDS = 10;

/** A token bucket: `perSecond` events on the average, a burst of ten seconds' worth. */
export class EventBudget {
  private tokens: number;
  private refilledAt: number;

  constructor(
    private readonly perSecond: number,
    now: number,
  ) {
    this.tokens = perSecond * WINDOW_SECONDS;
    this.refilledAt = now;
  }

  /** False when the event exceeds the budget. `now` in milliseconds. */
  spend(now: number): boolean {
    const earned = ((now - this.refilledAt) / 1000) * this.perSecond;
    this.tokens = Math.min(this.tokens + earned, this.perSecond * WINDOW_SECONDS) - 1;
    this.refilledAt = now;
    return this.tokens >= 0;
  }
}
