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
    ['DATABASE_POOL_SIZE', '1', 'from 2 to'],
  ])('refuses %s=%s and says what is allowed', (name, value, allowed) => {
    expect(() => new Env({ [name]: value })).toThrow(`Invalid environment variable ${name}="${value}"`);
    expect(() => new Env({ [name]: value })).toThrow(allowed);
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
