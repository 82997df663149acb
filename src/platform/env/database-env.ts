import { InvalidEnvError, isHost, readInteger, readOneOf, readText, readUrl, type Source } from './env-readers';

const SCHEMA = 'DATABASE_SCHEMA';
const URL_FORM = { schemes: ['postgresql', 'postgres'], example: 'postgresql://user:password@host/name' };

/**
 * The schema of all tables; undefined for that of the role.
 * @throws InvalidEnvError for a name that would need quotes, and without an external PostgreSQL server.
 */
export function readDatabaseSchema(source: Source): string | undefined {
  const schema = readText(source, SCHEMA);
  if (schema === undefined) return undefined;
  if (!/^[a-z_][a-z\d_]{0,39}$/.test(schema) || schema.startsWith('pg_'))
    throw new InvalidEnvError(SCHEMA, schema, 'expected a name of at most 40 small letters, digits and _');
  if (readText(source, 'DATABASE_URL') === undefined && urlOfParts(source) === undefined)
    throw new InvalidEnvError(SCHEMA, schema, 'expected a DATABASE_URL beside it');
  return schema;
}

/** The PostgreSQL to use, with the schema as its search path; undefined for the embedded database. */
export function readDatabaseUrl(source: Source): string | undefined {
  const [url, schema] = [urlOf(source), readDatabaseSchema(source)];
  if (url === undefined || schema === undefined) return url;
  const options = encodeURIComponent(`-c search_path=${schema},public`);
  return `${url}${url.includes('?') ? '&' : '?'}options=${options}`;
}

/**
 * `DATABASE_URL`, or a URL built from its parts when all are set; undefined for the embedded database. @throws
 * InvalidEnvError for other databases than PostgreSQL.
 */
function urlOf(source: Source): string | undefined {
  const parts = urlOfParts(source);
  if (parts !== undefined) return parts;
  const url = readUrl(source, 'DATABASE_URL', URL_FORM);
  return url?.replace(/^postgres:/, 'postgresql:');
}

function urlOfParts(source: Source): string | undefined {
  const text = (name: string) => readText(source, `DATABASE_${name}`);
  const [type, user, password, host, name] = ['TYPE', 'USER', 'PASSWORD', 'HOST', 'NAME'].map(text);
  const port = readInteger(source, 'DATABASE_PORT', { fallback: 0, min: 1, max: 65_535 });
  const isWhole =
    [type, host, name].every((part) => part !== undefined) && port > 0 && (user ?? password) !== undefined;
  if (!isWhole) return undefined;
  if (!isHost(host ?? ''))
    throw new InvalidEnvError('DATABASE_HOST', host ?? '', 'expected the name or address of a host');
  readOneOf(source, 'DATABASE_TYPE', ['postgresql', 'postgres'], 'postgresql');
  const login = [user, password].filter((part) => part !== undefined).map(encodeURIComponent);
  return `postgresql://${login.join(':')}@${host}:${port}/${encodeURIComponent(name ?? '')}`;
}

/** Limits of the connection pool. */
export interface PoolEnv {
  size: number;
  /** Milliseconds to wait for a connection. */
  wait: number;
  /** Seconds after which a connection is replaced; 0 for never. */
  maxAge: number;
}

/** @throws InvalidEnvError */
export function readPoolEnv(source: Source): PoolEnv {
  const size = readInteger(source, 'DATABASE_POOL_SIZE', { fallback: 20, min: 2 });
  const overflow = readInteger(source, 'DATABASE_POOL_MAX_OVERFLOW', { fallback: 0, min: 0 });
  return {
    size: size + overflow,
    wait: readInteger(source, 'DATABASE_POOL_TIMEOUT', { fallback: 10, min: 1 }) * 1000,
    maxAge: readInteger(source, 'DATABASE_POOL_RECYCLE', { fallback: 3600, min: 0 }),
  };
}
