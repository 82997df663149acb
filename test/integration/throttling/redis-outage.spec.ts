import type { Redis } from 'ioredis';
import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import { Env } from '../../../src/platform/env/env';
import { FallbackAttemptCounter } from '../../../src/platform/throttling/fallback-attempt-counter';
import { MemoryAttemptCounter } from '../../../src/platform/throttling/memory-attempt-counter';
import { RedisAttemptCounter } from '../../../src/platform/throttling/redis-attempt-counter';
import { RedisConnection } from '../../../src/platform/throttling/redis-connection';
import { RequestWindows } from '../../../src/platform/throttling/request-windows';
import { sumOf } from '../../../src/platform/throttling/tally';

const MINUTE = 60_000;

/** Real: the client, and a port where nobody listens. */
describe('without the Redis that was promised', () => {
  const connection = new RedisConnection(new Env({ NODE_ENV: 'test', REDIS_URL: 'redis://127.0.0.1:1' }));
  afterAll(() => connection.onModuleDestroy());

  it('no limit on sign-in is lifted, and nobody else is locked out', async () => {
    const attempts = new FallbackAttemptCounter(
      new RedisAttemptCounter(connection.client as Redis),
      new MemoryAttemptCounter(),
    );
    for (let before = 0; before < 3; before++) expect(sumOf(await attempts.hit('victim', 3))).toBe(before);
    expect(sumOf(await attempts.hit('victim', 3))).toBe(3);
    expect(sumOf(await attempts.hit('other', 3))).toBe(0);
    await attempts.refund('victim');
    expect(sumOf(await attempts.peek('victim'))).toBe(2);
  });

  it('general limits are counted by this process', async () => {
    const windows = new RequestWindows(new ThrottlerStorageRedisService(connection.client as Redis));
    const count = (key: string) => windows.increment(key, MINUTE, 2, MINUTE, 'account');
    expect(await count('one')).toMatchObject({ totalHits: 1, isBlocked: false });
    expect(await count('one')).toMatchObject({ totalHits: 2, isBlocked: false });
    expect(await count('one')).toMatchObject({ isBlocked: true });
    expect(await count('other')).toMatchObject({ isBlocked: false });
  });
});
