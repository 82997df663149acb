import { createRequire } from 'node:module';
import type * as IoRedis from 'ioredis';
import type { Cluster, Redis, RedisOptions } from 'ioredis';
import type { RedisTarget } from '../env/redis-env';

/** Loaded where Redis is configured. */
const library = () => createRequire(__filename)('ioredis') as typeof IoRedis;

export type RedisClient = Redis | Cluster;

/** A client of the server, the cluster, or the master that the sentinels name; it connects automatically. */
export function openRedis(target: RedisTarget, given: RedisOptions = {}): RedisClient {
  const options = { ...given, ...(target.options as RedisOptions) };
  const { Cluster, Redis } = library();
  if (target.sentinels.length > 0) return openMaster(target, options);
  if (!target.isCluster) return new Redis(target.url, options);
  const { keyPrefix, enableOfflineQueue, lazyConnect, ...redisOptions } = { ...loginOf(target.url), ...options };
  return new Cluster([target.url], { redisOptions, keyPrefix, enableOfflineQueue, lazyConnect });
}

function openMaster({ url, sentinels, sentinelRetries }: RedisTarget, options: RedisOptions): Redis {
  const { hostname, pathname } = new URL(url);
  const db = Number(pathname.slice(1)) || 0;
  const retries = { maxRetriesPerRequest: sentinelRetries };
  return new (library().Redis)({ sentinels, name: hostname, db, ...loginOf(url), ...retries, ...options });
}

function loginOf(url: string): RedisOptions {
  const { username, password, protocol } = new URL(url);
  return {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}

/**
 * Closes a client together with its duplicates, which would keep the process alive. `changed`: options of the
 * duplicates; `onCopy` is called with each.
 */
export function disconnectAll(
  client: RedisClient,
  { changed = {}, onCopy }: { changed?: RedisOptions; onCopy?: (copy: RedisClient) => void } = {},
): () => void {
  const clients: { disconnect(): void }[] = [client];
  const duplicate = duplicateOf(client, changed);
  client.duplicate = (() => {
    const copy = duplicate();
    clients.push(copy);
    onCopy?.(copy);
    return copy;
  }) as never;
  return () => clients.forEach((each) => each.disconnect());
}

function duplicateOf(client: RedisClient, changed: RedisOptions): () => RedisClient {
  const duplicate = client.duplicate.bind(client) as (...parameters: unknown[]) => RedisClient;
  if (!(client instanceof library().Cluster)) return () => duplicate(changed);
  const { redisOptions } = client.options;
  return () => duplicate([], { redisOptions: { ...redisOptions, ...changed } });
}
