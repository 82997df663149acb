import { readRedisEnv } from './redis-env';

const URL_ = 'redis://me:secret@redis.example:6380/1';

describe('readRedisEnv', () => {
  it('has none by default, and one for everything', () => {
    expect(readRedisEnv({})).toEqual({ shared: undefined, sockets: undefined });
    const target = { url: URL_, isCluster: false, sentinels: [], sentinelRetries: 2, options: {} };
    expect(readRedisEnv({ REDIS_URL: URL_ })).toEqual({ shared: target, sockets: target });
  });

  it('takes sentinels and clusters for the sockets too, unless these have their own', () => {
    const common = { REDIS_URL: URL_, REDIS_SENTINEL_HOSTS: 'a, b', REDIS_SENTINEL_PORT: '1', REDIS_CLUSTER: 'true' };
    const sentinels = [
      { host: 'a', port: 1 },
      { host: 'b', port: 1 },
    ];
    expect(readRedisEnv(common).sockets).toMatchObject({ sentinels, isCluster: true });
    const own = {
      WEBSOCKET_SENTINEL_HOSTS: 'c',
      WEBSOCKET_REDIS_CLUSTER: 'false',
      WEBSOCKET_REDIS_OPTIONS: '{"db":2}',
    };
    expect(readRedisEnv({ ...common, ...own })).toMatchObject({
      shared: { sentinels, isCluster: true, options: {} },
      sockets: { sentinels: [{ host: 'c', port: 26_379 }], isCluster: false, options: { db: 2 } },
    });
  });

  it('lets sockets have a Redis of their own, without the sentinels of the other', () => {
    const source = { WEBSOCKET_MANAGER: 'redis', WEBSOCKET_REDIS_URL: 'rediss://r', REDIS_SENTINEL_HOSTS: 'a' };
    expect(readRedisEnv(source)).toMatchObject({ shared: undefined, sockets: { url: 'rediss://r', sentinels: [] } });
  });

  it.each([
    [{ REDIS_URL: 'http://me:secret@redis' }, 'REDIS_URL'],
    [{ WEBSOCKET_REDIS_URL: 'redis' }, 'WEBSOCKET_REDIS_URL'],
    [{ REDIS_SENTINEL_PORT: '0' }, 'REDIS_SENTINEL_PORT'],
    [{ WEBSOCKET_REDIS_OPTIONS: '[]' }, 'WEBSOCKET_REDIS_OPTIONS'],
    [{ WEBSOCKET_REDIS_OPTIONS: '{' }, 'WEBSOCKET_REDIS_OPTIONS'],
    [{ WEBSOCKET_MANAGER: 'redis' }, 'WEBSOCKET_MANAGER'],
    [{ WEBSOCKET_MANAGER: 'kafka', REDIS_URL: URL_ }, 'WEBSOCKET_MANAGER'],
  ])('refuses %j, and shows no password', (source, name) => {
    expect(() => readRedisEnv(source)).toThrow(`Invalid environment variable ${name}=`);
    expect(() => readRedisEnv(source)).not.toThrow('secret');
  });
});
