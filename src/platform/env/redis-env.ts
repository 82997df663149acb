import { InvalidEnvError, readBoolean, readInteger, readList, readText, type Source } from './env-readers';

/** Where a Redis is. */
export interface RedisTarget {
  url: string;
  /** The URL names one node of a cluster. */
  isCluster: boolean;
  /** They know where the master is that the host of the URL names; empty without sentinels. */
  sentinels: { host: string; port: number }[];
  /** How often a command is tried again while the master changes. */
  sentinelRetries: number;
  /** Further options of the connection, as ioredis has them. */
  options: Record<string, unknown>;
}

export interface RedisEnv {
  /** Counts limits; undefined counts them per process. */
  shared: RedisTarget | undefined;
  /** Makes the sockets of all nodes one; undefined for one node. */
  sockets: RedisTarget | undefined;
}

/** @throws InvalidEnvError */
export function readRedisEnv(source: Source): RedisEnv {
  const url = readUrl(source, 'REDIS_URL');
  const isCluster = readBoolean(source, 'REDIS_CLUSTER', false);
  const sentinels = readSentinels(source, 'REDIS_SENTINEL');
  const sentinelRetries = readInteger(source, 'REDIS_SENTINEL_MAX_RETRY_COUNT', { fallback: 2, min: 0 });
  const shared = url === undefined ? undefined : { url, isCluster, sentinels, sentinelRetries, options: {} };
  const ownUrl = readUrl(source, 'WEBSOCKET_REDIS_URL');
  const ownSentinels = readSentinels(source, 'WEBSOCKET_SENTINEL');
  const own = {
    url: ownUrl ?? url,
    isCluster: readBoolean(source, 'WEBSOCKET_REDIS_CLUSTER', isCluster),
    sentinels: ownSentinels.length > 0 || ownUrl !== undefined ? ownSentinels : sentinels,
    sentinelRetries,
    options: readOptions(source),
  };
  checkManager(source, own.url);
  return { shared, sockets: own.url === undefined ? undefined : { ...own, url: own.url } };
}

function readUrl(source: Source, name: string): string | undefined {
  const text = readText(source, name);
  if (text === undefined || (/^rediss?:\/\//.test(text) && URL.canParse(text))) return text;
  throw new InvalidEnvError(
    name,
    text.replace(/:.*/, ':…'),
    'expected redis://user:password@host:port/0, or rediss://',
  );
}

function readSentinels(source: Source, prefix: string): { host: string; port: number }[] {
  const port = readInteger(source, `${prefix}_PORT`, { fallback: 26_379, min: 1, max: 65_535 });
  return readList(source, `${prefix}_HOSTS`, ',').map((host) => ({ host, port }));
}

function readOptions(source: Source): Record<string, unknown> {
  const name = 'WEBSOCKET_REDIS_OPTIONS';
  const text = readText(source, name) ?? '{}';
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // The same answer as for JSON that is no object.
  }
  throw new InvalidEnvError(name, '…', 'expected a JSON object');
}

/** There is one manager, and it is used wherever there is a Redis. */
function checkManager(source: Source, url: string | undefined): void {
  const manager = readText(source, 'WEBSOCKET_MANAGER');
  if (manager === undefined || (manager === 'redis' && url !== undefined)) return;
  throw new InvalidEnvError('WEBSOCKET_MANAGER', manager, 'expected redis, with a REDIS_URL or WEBSOCKET_REDIS_URL');
}
