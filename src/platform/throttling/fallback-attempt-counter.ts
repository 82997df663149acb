import { AttemptCounter } from './attempt-counter';
import type { Tally } from './tally';

/**
 * The shared counters, and those of this process when the shared ones do not answer. The own ones are always kept: an
 * outage locks nobody out, and lifts no limit.
 */
export class FallbackAttemptCounter extends AttemptCounter {
  constructor(
    private readonly shared: AttemptCounter,
    private readonly own: AttemptCounter,
  ) {
    super();
  }

  async hit(key: string, limit: number): Promise<Tally> {
    const own = await this.own.hit(key, limit);
    return this.shared.hit(key, limit).catch(() => own);
  }

  async peek(key: string): Promise<Tally> {
    const own = await this.own.peek(key);
    return this.shared.peek(key).catch(() => own);
  }

  async refund(key: string): Promise<void> {
    await this.own.refund(key);
    await this.shared.refund(key).catch(() => undefined);
  }
}
