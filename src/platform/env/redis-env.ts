import {
  InvalidEnvError,
  isHost,
  readBoolean,
  readInteger,
  readList,
  readText,
  readUrl,
  type Source,
} from './env-readers';

const REDIS_URL = { schemes: ['redis', 'rediss'], example: 'redis://user:password@host:port/0, or rediss://' };

/** Connection parameters of a Redis. */
export interface RedisTarget {
  url: string;
  /** True when the URL names one node of a cluster. */
  isCluster: boolean;
  /** Empty without sentinels. They resolve the master, whose name is the host of the URL. */
  sentinels: { host: string; port: number }[];
  /** Retries of a command during a failover. */
  sentinelRetries: number;
  /** Further connection options in ioredis's form. */
  options: Record<string, unknown>;
}

export interface RedisEnv {
  /** For limits; undefined: limits are counted per process. */
  shared: RedisTarget | undefined;
  /** For sockets of several nodes; undefined for a single node. */
  sockets: RedisTarget | undefined;
}

/** @throws InvalidEnvError */
export function readRedisEnv(source: Source): RedisEnv {
  const url = readUrl(source, 'REDIS_URL', REDIS_URL);
  const isCluster = readBoolean(source, 'REDIS_CLUSTER', false);
  const sentinels = readSentinels(source, 'REDIS_SENTINEL');
  const sentinelRetries = readInteger(source, 'REDIS_SENTINEL_MAX_RETRY_COUNT', { fallback: 2, min: 0 });
  const shared = url === undefined ? undefined : { url, isCluster, sentinels, sentinelRetries, options: {} };
  const ownUrl = readUrl(source, 'WEBSOCKET_REDIS_URL', REDIS_URL);
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

function readSentinels(source: Source, prefix: string): { host: string; port: number }[] {
  const port = readInteger(source, `${prefix}_PORT`, { fallback: 26_379, min: 1, max: 65_535 });
  const name = `${prefix}_HOSTS`;
  const hosts = readList(source, name, ',');
  const wrong = hosts.find((host) => !isHost(host) || host.includes(':'));
  if (wrong !== undefined) throw new InvalidEnvError(name, wrong, 'expected names or addresses, separated by commas');
  return hosts.map((host) => ({ host, port }));
}

function readOptions(source: Source): Record<string, unknown> {
  const name = 'WEBSOCKET_REDIS_OPTIONS';
  const text = readText(source, name) ?? '{}';
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Same error as for JSON that is not an object.
  }
  throw new InvalidEnvError(name, '…', 'expected a JSON object');
}

/** The only manager is redis, which is used whenever Redis is configured. */
function checkManager(source: Source, url: string | undefined): void {
  const manager = readText(source, 'WEBSOCKET_MANAGER');
  if (manager === undefined || (manager === 'redis' && url !== undefined)) return;
  throw new InvalidEnvError('WEBSOCKET_MANAGER', manager, 'expected redis, with a REDIS_URL or WEBSOCKET_REDIS_URL');
}
