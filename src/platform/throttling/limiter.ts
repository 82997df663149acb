import { RateLimiterMemory, RateLimiterRedis, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { RedisClient } from '../redis/redis-client';

/**
 * Fixed windows that start with the first point of a key. Shared by all nodes through Redis; per process without a
 * client or while Redis is not responding. Limits are compared by the calling code, since settings may change them.
 */
export function limiter(client: RedisClient | null, keyPrefix: string, windowSeconds: number): RateLimiterAbstract {
  const options = { keyPrefix, points: 1, duration: windowSeconds };
  const memory = new RateLimiterMemory(options);
  return client ? new RateLimiterRedis({ ...options, storeClient: client, insuranceLimiter: memory }) : memory;
}
