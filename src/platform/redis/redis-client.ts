import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisTarget } from '../env/redis-env';

export type RedisClient = Redis | Cluster;

/** A client of the server, of the cluster, or of the master that the sentinels name; it connects by itself. */
export function openRedis(target: RedisTarget, given: RedisOptions = {}): RedisClient {
  const options = { ...given, ...(target.options as RedisOptions) };
  if (target.sentinels.length > 0) return openMaster(target, options);
  if (!target.isCluster) return new Redis(target.url, options);
  const { keyPrefix, enableOfflineQueue, lazyConnect, ...redisOptions } = { ...loginOf(target.url), ...options };
  return new Cluster([target.url], { redisOptions, keyPrefix, enableOfflineQueue, lazyConnect });
}

function openMaster({ url, sentinels, sentinelRetries }: RedisTarget, options: RedisOptions): Redis {
  const { hostname, pathname } = new URL(url);
  const db = Number(pathname.slice(1)) || 0;
  const retries = { maxRetriesPerRequest: sentinelRetries };
  return new Redis({ sentinels, name: hostname, db, ...loginOf(url), ...retries, ...options });
}

function loginOf(url: string): RedisOptions {
  const { username, password, protocol } = new URL(url);
  return {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}

/** Ends a client and the copies that others made of it: one that nobody ends keeps its process from ending. */
export function endTogether(client: RedisClient): () => void {
  const clients: { disconnect(): void }[] = [client];
  const duplicate = client.duplicate.bind(client) as () => RedisClient;
  client.duplicate = (() => {
    const copy = duplicate();
    clients.push(copy);
    return copy;
  }) as never;
  return () => clients.forEach((each) => each.disconnect());
}
