import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { RedisClient } from '../redis/redis-client';
import { limiter } from './limiter';

/** Length of a window, which starts with the first attempt. */
const WINDOW_SECONDS = 240;

export interface AttemptCount {
  /** Attempts in the window, without the current one. */
  before: number;
  /** Seconds until the window ends when the limit is reached; 0 when the attempt is admitted. */
  retryAfter: number;
}

/** Counts attempts per key in windows of four minutes, for limits that protect passwords. */
export class AttemptCounter {
  private readonly windows: RateLimiterAbstract;

  /** Without Redis the client is null. */
  constructor(client: RedisClient | null) {
    this.windows = limiter(client, 'attempts', WINDOW_SECONDS);
  }

  /** Adds an attempt, unless the limit is reached. */
  async hit(key: string, limit: number): Promise<AttemptCount> {
    const { consumedPoints, msBeforeNext } = await this.windows.penalty(key);
    const before = consumedPoints - 1;
    if (before < limit) return { before, retryAfter: 0 };
    // A refused attempt must not consume what a refund returns.
    await this.windows.reward(key);
    return { before, retryAfter: secondsOf(msBeforeNext) };
  }

  /** As `hit`, without adding an attempt. */
  async peek(key: string, limit: number): Promise<AttemptCount> {
    const window = await this.windows.get(key);
    const before = window?.consumedPoints ?? 0;
    return { before, retryAfter: window && before >= limit ? secondsOf(window.msBeforeNext) : 0 };
  }

  /** Removes one attempt; counts do not fall below zero. */
  async refund(key: string): Promise<void> {
    const { consumedPoints } = await this.windows.reward(key);
    if (consumedPoints < 0) await this.windows.penalty(key);
  }
}

const secondsOf = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1000));
