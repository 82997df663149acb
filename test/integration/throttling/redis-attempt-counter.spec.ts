import { Redis } from 'ioredis';
import { FallbackAttemptCounter } from '../../../src/platform/throttling/fallback-attempt-counter';
import { MemoryAttemptCounter } from '../../../src/platform/throttling/memory-attempt-counter';
import { RedisAttemptCounter } from '../../../src/platform/throttling/redis-attempt-counter';
import { sumOf } from '../../../src/platform/throttling/tally';

const url = process.env.TEST_REDIS_URL;
const describeWithRedis = url ? describe : describe.skip;

/** Real: Redis, at `TEST_REDIS_URL`. */
describeWithRedis('RedisAttemptCounter', () => {
  const prefix = `confab-test-${process.pid}:`;
  const connect = () => new Redis(url ?? '', { keyPrefix: prefix, maxRetriesPerRequest: 0 });
  let clients: readonly [Redis, Redis];
  const key = () => `key-${Math.random()}`;

  // Not before: where the tests are left out, nobody would end the clients.
  beforeAll(() => void (clients = [connect(), connect()]));
  afterAll(() => clients.forEach((client) => client.disconnect()));

  it('is shared by nodes, and counts parallel attempts one by one', async () => {
    const nodes = clients.map((client) => new RedisAttemptCounter(client));
    const account = key();
    const tallies = await Promise.all(Array.from({ length: 40 }, (_, index) => nodes[index % 2]!.hit(account, 15)));
    const admitted = tallies.filter((tally) => sumOf(tally) < 15);
    expect(admitted).toHaveLength(15);
    expect(sumOf(await nodes[0]!.peek(account))).toBe(15);
  });

  it('takes attempts back, but not below zero', async () => {
    const counter = new RedisAttemptCounter(clients[0]);
    const account = key();
    await counter.hit(account, 9);
    await counter.refund(account);
    await counter.refund(account);
    expect(sumOf(await counter.peek(account))).toBe(0);
  });

  it('prefixes and expires its keys', async () => {
    const account = key();
    await new RedisAttemptCounter(clients[0]).hit(account, 9);
    const plain = new Redis(url ?? '');
    const keys = await plain.keys(`*${account}*`);
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatch(new RegExp(`^${prefix}attempts:`));
    expect(await plain.ttl(keys[0]!)).toBeGreaterThan(180);
    plain.disconnect();
  });

  it('is replaced by the counter of the process when Redis goes away', async () => {
    const client = new Redis(url ?? '', { enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy: null });
    await new Promise((resolve) => client.once('ready', resolve));
    const counter = new FallbackAttemptCounter(new RedisAttemptCounter(client), new MemoryAttemptCounter());
    const account = key();
    await counter.hit(account, 9);
    client.disconnect();
    expect(sumOf(await counter.hit(account, 9))).toBe(1);
    expect(sumOf(await counter.peek(account))).toBe(2);
  });
});
