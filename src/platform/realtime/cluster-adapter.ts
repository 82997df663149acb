import { createRequire } from 'node:module';
import type * as Adapters from '@socket.io/redis-streams-adapter';
import type { RedisOptions } from 'ioredis';
import type { Namespace, ServerOptions } from 'socket.io';
import type { RedisTarget } from '../env/redis-env';
import { disconnectAll, openRedis, type RedisClient } from '../redis/redis-client';

/** Milliseconds per Redis command; requests to other nodes wait no longer. */
const COMMAND_TIMEOUT = 2000;
/** Milliseconds without a response after which a connection is considered dead. */
const SOCKET_TIMEOUT = 10_000;

/** Readers wait for Redis indefinitely: an abandoned subscription would not be restored on reconnect. */
const READER: RedisOptions = { maxRetriesPerRequest: null, commandTimeout: undefined, socketTimeout: undefined };

/** The parts of Socket.IO's adapter used below its public interface. */
interface ClusterAdapter {
  doPublish(message: unknown): Promise<string>;
  serverCount(): Promise<number>;
}

/**
 * Socket.IO's adapter over Redis streams, which connects all nodes. Sending to local sockets never waits for Redis;
 * events for other nodes are lost while Redis is unavailable. `onError` gets each failed connection attempt.
 */
export function clusterAdapter(
  target: RedisTarget,
  name: string,
  onError: (error: Error) => void,
): { adapter: ServerOptions['adapter']; end: () => void } {
  const options = { maxRetriesPerRequest: 0, commandTimeout: COMMAND_TIMEOUT, socketTimeout: SOCKET_TIMEOUT };
  const client = openRedis(target, options);
  client.on('error', onError);
  const end = disconnectAll(client, { changed: READER, onCopy: stopReadingAtEnd });
  catchPublish(client);
  const { createAdapter } = createRequire(__filename)('@socket.io/redis-streams-adapter') as typeof Adapters;
  const create = createAdapter(client, { streamName: name, channelPrefix: name });
  const isReady = () => client.status === 'ready';
  // Socket.IO calls it with `new`.
  function adapter(namespace: Namespace): ClusterAdapter {
    return withoutWaiting(create(namespace), isReady);
  }
  return { adapter: adapter as unknown as ServerOptions['adapter'], end };
}

/** Socket.IO sends to local sockets once `doPublish` has resolved, so it resolves at once. */
function withoutWaiting(adapter: ClusterAdapter, isReady: () => boolean): ClusterAdapter {
  const publish = adapter.doPublish.bind(adapter);
  const count = adapter.serverCount.bind(adapter);
  adapter.doPublish = (message) => {
    if (isReady()) publish(message).catch(() => undefined);
    return Promise.resolve('');
  };
  adapter.serverCount = () => (isReady() ? count() : Promise.resolve(1));
  return adapter;
}

/** The adapter retries failed reads at once and forever: it must not notice that its reader was closed. */
function stopReadingAtEnd(reader: RedisClient): void {
  const read = reader.xread.bind(reader) as (...parameters: unknown[]) => Promise<unknown>;
  const isEnded = () => reader.status === 'end';
  const never = new Promise<never>(() => undefined);
  reader.xread = ((...parameters: unknown[]) =>
    isEnded()
      ? never
      : read(...parameters).catch((error: unknown) =>
          isEnded() ? never : Promise.reject(error as Error),
        )) as typeof reader.xread;
}

/** The adapter does not handle rejections of messages that it publishes. */
function catchPublish(client: RedisClient): void {
  const publish = client.publish.bind(client) as (...parameters: unknown[]) => Promise<number>;
  client.publish = (...parameters: unknown[]) => publish(...parameters).catch(() => 0);
}
