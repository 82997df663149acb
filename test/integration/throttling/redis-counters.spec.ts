import { Redis } from 'ioredis';
import { Env } from '../../../src/platform/env/env';
import { AttemptCounter } from '../../../src/platform/throttling/attempt-counter';
import { RedisConnection } from '../../../src/platform/throttling/redis-connection';
import { RequestWindows } from '../../../src/platform/throttling/request-windows';

const url = process.env.TEST_REDIS_URL;
const describeWithRedis = url ? describe : describe.skip;
const MINUTE = 60_000;

/** Real: Redis, at `TEST_REDIS_URL`. */
describeWithRedis('AttemptCounter in Redis', () => {
  const prefix = `confab-test-${process.pid}:`;
  const connect = () => new Redis(url ?? '', { keyPrefix: prefix, maxRetriesPerRequest: 0 });
  let clients: readonly [Redis, Redis];
  const key = () => `key-${Math.random()}`;

  // Not before: where the tests are left out, the clients would stay open.
  beforeAll(() => void (clients = [connect(), connect()]));
  afterAll(() => clients.forEach((client) => client.disconnect()));

  it('is shared by nodes, and counts parallel attempts one by one', async () => {
    const nodes = clients.map((client) => new AttemptCounter(client));
    const account = key();
    const counts = await Promise.all(Array.from({ length: 40 }, (_, index) => nodes[index % 2]!.hit(account, 15)));
    expect(counts.filter(({ retryAfter }) => retryAfter === 0)).toHaveLength(15);
    expect(await nodes[0]!.peek(account, 16)).toEqual({ before: 15, retryAfter: 0 });
  });

  it('takes attempts back, but not below zero', async () => {
    const counter = new AttemptCounter(clients[0]);
    const account = key();
    await counter.hit(account, 9);
    await counter.refund(account);
    await counter.refund(account);
    expect(await counter.peek(account, 9)).toEqual({ before: 0, retryAfter: 0 });
  });

  it('prefixes and expires its keys, and is not prolonged by refused attempts', async () => {
    const counter = new AttemptCounter(clients[0]);
    const account = key();
    await counter.hit(account, 1);
    const plain = new Redis(url ?? '');
    const keys = await plain.keys(`*${account}*`);
    expect(keys).toEqual([`${prefix}attempts:${account}`]);
    expect(await plain.ttl(keys[0]!)).toBeGreaterThan(180);
    await plain.expire(keys[0]!, 100);
    const { retryAfter } = await counter.hit(account, 1);
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(100);
    plain.disconnect();
  });

  it('is replaced by a counter of the process when Redis is unreachable', async () => {
    const client = new Redis(url ?? '', { enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy: null });
    await new Promise((resolve) => client.once('ready', resolve));
    const counter = new AttemptCounter(client);
    const account = key();
    expect(await counter.hit(account, 2)).toEqual({ before: 0, retryAfter: 0 });
    client.disconnect();
    const counts = [];
    for (let i = 0; i < 3; i++) counts.push((await counter.hit(account, 2)).retryAfter > 0);
    expect(counts).toEqual([false, false, true]);
  });
});

/** Real: the client, and a port on which nothing listens. */
describe('without the configured Redis', () => {
  const connection = new RedisConnection(new Env({ NODE_ENV: 'test', REDIS_URL: 'redis://127.0.0.1:1' }));
  afterAll(() => connection.onModuleDestroy());

  it('sign-in limits hold, and lock out no other account', async () => {
    const attempts = new AttemptCounter(connection.client);
    for (let before = 0; before < 3; before++)
      expect(await attempts.hit('victim', 3)).toEqual({ before, retryAfter: 0 });
    expect((await attempts.hit('victim', 3)).retryAfter).toBeGreaterThan(0);
    expect(await attempts.hit('other', 3)).toEqual({ before: 0, retryAfter: 0 });
    await attempts.refund('victim');
    expect(await attempts.peek('victim', 3)).toEqual({ before: 2, retryAfter: 0 });
  });

  it('general limits are counted by this process', async () => {
    const windows = new RequestWindows(connection.client, MINUTE / 1000);
    const count = (key: string) => windows.increment(key, MINUTE, 2);
    expect(await count('one')).toMatchObject({ totalHits: 1, isBlocked: false });
    expect(await count('one')).toMatchObject({ totalHits: 2, isBlocked: false });
    expect(await count('one')).toMatchObject({ isBlocked: true });
    expect(await count('other')).toMatchObject({ isBlocked: false });
  });
});
