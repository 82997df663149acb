import type { ThrottlerStorage } from '@nestjs/throttler';

type Count = Awaited<ReturnType<ThrottlerStorage['increment']>>;

interface Window {
  hits: number;
  /** Milliseconds. */
  endsAt: number;
}

/**
 * Fixed windows for the general limit: shared by all nodes when there is a shared storage that answers, else of this
 * process. Nest's own storage keeps a timer per request, which a busy server cannot afford.
 */
export class RequestWindows implements ThrottlerStorage {
  private readonly windows = new Map<string, Window>();
  private sweepAt = 0;

  constructor(private readonly shared: ThrottlerStorage | null) {}

  async increment(key: string, ttl: number, limit: number, blockDuration: number, name: string): Promise<Count> {
    if (!this.shared) return this.count(key, ttl, limit);
    return this.shared.increment(key, ttl, limit, blockDuration, name).catch(() => this.count(key, ttl, limit));
  }

  private count(key: string, ttl: number, limit: number): Count {
    const now = Date.now();
    this.sweep(now, ttl);
    const known = this.windows.get(key);
    const window = known && known.endsAt > now ? known : { hits: 0, endsAt: now + ttl };
    window.hits++;
    this.windows.set(key, window);
    const seconds = Math.ceil((window.endsAt - now) / 1000);
    const isBlocked = window.hits > limit;
    return { totalHits: window.hits, timeToExpire: seconds, isBlocked, timeToBlockExpire: isBlocked ? seconds : 0 };
  }

  private sweep(now: number, ttl: number): void {
    if (now < this.sweepAt) return;
    this.sweepAt = now + ttl;
    for (const [key, { endsAt }] of this.windows) if (endsAt <= now) this.windows.delete(key);
  }
}
