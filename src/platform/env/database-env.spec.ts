import { readDatabaseSchema, readDatabaseUrl } from './database-env';

const PARTS = {
  DATABASE_TYPE: 'postgresql',
  DATABASE_USER: 'me@home',
  DATABASE_PASSWORD: 'p/w:#',
  DATABASE_HOST: 'db.example',
  DATABASE_PORT: '5433',
  DATABASE_NAME: 'confab',
};

describe('readDatabaseUrl', () => {
  it('makes the URL of its parts, whatever is in the password', () => {
    const url = new URL(readDatabaseUrl({ ...PARTS, DATABASE_URL: 'postgresql://other/db' }) ?? '');
    expect([url.host, url.pathname]).toEqual(['db.example:5433', '/confab']);
    expect([url.username, url.password].map(decodeURIComponent)).toEqual(['me@home', 'p/w:#']);
  });

  it('takes the URL when a part is missing', () => {
    expect(readDatabaseUrl({ ...PARTS, DATABASE_NAME: '', DATABASE_URL: 'postgres://u@h/db' })).toBe(
      'postgresql://u@h/db',
    );
    expect(readDatabaseUrl({})).toBeUndefined();
  });

  it.each([
    [{ DATABASE_URL: 'sqlite:///data/webui.db' }, 'DATABASE_URL'],
    [{ DATABASE_URL: 'postgresql://u:p@h:x/db' }, 'DATABASE_URL'],
    [{ ...PARTS, DATABASE_HOST: 'http://db' }, 'DATABASE_HOST'],
    [{ ...PARTS, DATABASE_TYPE: 'mysql' }, 'DATABASE_TYPE'],
    [{ ...PARTS, DATABASE_PORT: 'x' }, 'DATABASE_PORT'],
  ])('refuses %j', (source, name) => {
    expect(() => readDatabaseUrl(source)).toThrow(`Invalid environment variable ${name}=`);
  });
});

describe('readDatabaseSchema', () => {
  it('is what every connection looks in first', () => {
    const source = { ...PARTS, DATABASE_SCHEMA: 'chat_1' };
    expect(readDatabaseSchema(source)).toBe('chat_1');
    expect(new URL(readDatabaseUrl(source) ?? '').searchParams.get('options')).toBe('-c search_path=chat_1,public');
    const url = readDatabaseUrl({ DATABASE_URL: 'postgres://u@h/db?sslmode=require', DATABASE_SCHEMA: 'x' });
    expect(url).toBe('postgresql://u@h/db?sslmode=require&options=-c%20search_path%3Dx%2Cpublic');
    expect(readDatabaseSchema({})).toBeUndefined();
  });

  it.each(['Chat', 'a-b', 'a"; --', 'pg_x', 'x'.repeat(41)])('refuses %s', (schema) => {
    expect(() => readDatabaseSchema({ ...PARTS, DATABASE_SCHEMA: schema })).toThrow('small letters');
  });

  it('needs a DATABASE_URL', () => {
    expect(() => readDatabaseSchema({ DATABASE_SCHEMA: 'chat' })).toThrow('DATABASE_URL');
  });
});
