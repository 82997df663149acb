import { Cluster, type Redis } from 'ioredis';
import type { RedisTarget } from '../env/redis-env';
import { disconnectAll, openRedis } from './redis-client';

const TARGET: RedisTarget = {
  url: 'redis://me:p%40ss@chat-master/3',
  isCluster: false,
  sentinels: [],
  sentinelRetries: 5,
  options: {},
};
const open = (target: Partial<RedisTarget> = {}, options = {}) =>
  openRedis({ ...TARGET, ...target }, { lazyConnect: true, ...options });

describe('openRedis', () => {
  it('takes a server by its URL, and lets further options of the target win', () => {
    const client = open({ options: { connectTimeout: 7 } }, { keyPrefix: 'x:', connectTimeout: 9 }) as Redis;
    expect(client.options).toMatchObject({
      host: 'chat-master',
      username: 'me',
      password: 'p@ss',
      db: 3,
      connectTimeout: 7,
      keyPrefix: 'x:',
    });
  });

  it('asks sentinels for the master that the host names', () => {
    const sentinels = [{ host: 'a', port: 26_379 }];
    const client = open({ sentinels }, { keyPrefix: 'x:' }) as Redis;
    const login = { username: 'me', password: 'p@ss', db: 3 };
    expect(client.options).toMatchObject({ sentinels, name: 'chat-master', maxRetriesPerRequest: 5, ...login });
    expect((open({ sentinels }, { maxRetriesPerRequest: 0 }) as Redis).options.maxRetriesPerRequest).toBe(0);
  });

  it('enters a cluster by one of its nodes, encrypted if the URL says so', () => {
    const client = open({ isCluster: true, url: 'rediss://:p@node:7000' }, { keyPrefix: 'x:', commandTimeout: 9 });
    expect(client).toBeInstanceOf(Cluster);
    const redisOptions = { password: 'p', tls: {}, commandTimeout: 9 };
    expect(client.options).toMatchObject({ keyPrefix: 'x:', redisOptions });
  });
});

describe('disconnectAll', () => {
  it('ends the copies too, of which one that waits for its server lives on otherwise', () => {
    const client = open() as Redis;
    const end = disconnectAll(client);
    const copies = [client.duplicate(), client.duplicate()];
    end();
    expect([client, ...copies].map(({ status }) => status)).toEqual(['end', 'end', 'end']);
  });
});
