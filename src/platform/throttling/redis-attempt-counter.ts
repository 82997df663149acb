import type { RedisClient } from '../redis/redis-client';
import { AttemptCounter } from './attempt-counter';
import { WINDOW_MINUTES, minuteOf, type Tally } from './tally';

/** KEYS: the minutes of the window, current one first. ARGV: limit. Returns the counts before. */
const HIT = `
  local counts, sum = {}, 0
  for i = 1, #KEYS do
    counts[i] = tonumber(redis.call('GET', KEYS[i]) or '0')
    sum = sum + counts[i]
  end
  if sum < tonumber(ARGV[1]) then
    redis.call('INCR', KEYS[1])
    redis.call('EXPIRE', KEYS[1], ${WINDOW_MINUTES * 60})
  end
  return counts`;

const REFUND = `if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then return redis.call('DECR', KEYS[1]) end return 0`;

/** The counters of all nodes. Rejects when Redis does not answer. */
export class RedisAttemptCounter extends AttemptCounter {
  constructor(private readonly redis: RedisClient) {
    super();
  }

  async hit(key: string, limit: number): Promise<Tally> {
    const keys = keysOf(key);
    return (await this.redis.eval(HIT, keys.length, ...keys, limit)) as number[];
  }

  peek(key: string): Promise<Tally> {
    return this.hit(key, 0);
  }

  async refund(key: string): Promise<void> {
    const [current = key] = keysOf(key);
    await this.redis.eval(REFUND, 1, current);
  }
}

/** Braces keep the minutes of one key on one node of a Redis cluster. */
function keysOf(key: string): string[] {
  const minute = minuteOf(Date.now());
  return Array.from({ length: WINDOW_MINUTES }, (_, age) => `attempts:{${key}}:${minute - age}`);
}
