import { Env } from './env';

describe('Env', () => {
  it('has defaults that need no variable', () => {
    const env = new Env({});
    expect(env).toMatchObject({
      port: 8080,
      databaseUrl: undefined,
      redis: { shared: undefined, sockets: undefined },
      isProduction: false,
    });
  });

  it.each([
    ['PORT', '70000', 'from 0 to 65535'],
    ['PORT', 'web', 'from 0 to 65535'],
    ['ENABLE_COMPRESSION_MIDDLEWARE', 'perhaps', 'true or false'],
    ['PORT', '0x50', 'from 0 to 65535'],
    ['DATABASE_POOL_SIZE', '1', 'from 2 to'],
    ['HOST', 'http://localhost', 'host name'],
    ['ENV', 'staging', 'prod, production'],
    ['TRUST_PROXY', 'banana', 'number of proxies'],
    ['TRUST_PROXY', '10.0.0.0/99', 'number of proxies'],
    ['https_proxy', 'foo', 'http://host:port'],
    ['HTTP_PROXY', 'foo:3128', 'http://host:port'],
    ['REDIS_SENTINEL_HOSTS', 'a:1', 'names or addresses'],
    ['CORS_ALLOW_CUSTOM_SCHEME', 'app://', 'schemes'],
  ])('refuses %s=%s and says what is allowed', (name, value, allowed) => {
    expect(() => new Env({ [name]: value })).toThrow(`Invalid environment variable ${name}="${value}"`);
    expect(() => new Env({ [name]: value })).toThrow(allowed);
  });

  it.each([
    [{ ENV: 'production' }, true],
    [{ ENV: 'Prod' }, true],
    [{ NODE_ENV: 'production' }, true],
    [{ ENV: 'dev', NODE_ENV: 'test' }, false],
  ])('takes %j for production: %s', (source, isProduction) => {
    expect(new Env(source).isProduction).toBe(isProduction);
  });

  it.each([
    ['2', 2],
    ['true', true],
    ['False', false],
    ['loopback, 10.0.0.0/8', 'loopback, 10.0.0.0/8'],
  ])('trusts proxies as TRUST_PROXY=%s says', (text, expected) => {
    expect(new Env({ TRUST_PROXY: text }).trustProxy).toBe(expected);
  });

  it('takes an empty variable as absent', () => {
    expect(new Env({ PORT: '', REDIS_URL: ' ' })).toMatchObject({ port: 8080, redis: { shared: undefined } });
  });

  it('reads lists by their separator', () => {
    expect(new Env({ CORS_ALLOW_ORIGIN: 'https://a.example; https://b.example;' }).corsOrigins).toEqual([
      'https://a.example',
      'https://b.example',
    ]);
  });
});
