import type { ThrottlerStorage } from '@nestjs/throttler';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { RedisClient } from '../redis/redis-client';
import { limiter } from './limiter';

type Count = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * Counters of the general request limits behind the storage interface of `@nestjs/throttler`. The package's own storage
 * creates a timer per request, which costs more than most requests.
 */
export class RequestWindows implements ThrottlerStorage {
  private readonly windows: RateLimiterAbstract;

  /** `windowSeconds`: length of a window. Without Redis the client is null. */
  constructor(client: RedisClient | null, windowSeconds: number) {
    this.windows = limiter(client, 'requests', windowSeconds);
  }

  /** All keys use the window of the constructor; a refused request does not prolong it. */
  async increment(key: string, _ttl: number, limit: number): Promise<Count> {
    const { consumedPoints, msBeforeNext } = await this.windows.penalty(key, 1);
    const seconds = Math.ceil(msBeforeNext / 1000);
    const isBlocked = consumedPoints > limit;
    return { totalHits: consumedPoints, timeToExpire: seconds, isBlocked, timeToBlockExpire: isBlocked ? seconds : 0 };
  }
}
