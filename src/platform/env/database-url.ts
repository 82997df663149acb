import { InvalidEnvError, readInteger, readOneOf, readText, type Source } from './env-readers';

const SCHEMA = 'DATABASE_SCHEMA';

/**
 * The schema of all tables; undefined for that of the role.
 * @throws InvalidEnvError for a name that would need quotes, and without a database of one's own.
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

/** The URL with which every connection finds the tables of the schema. */
export function readDatabaseUrl(source: Source): string | undefined {
  const [url, schema] = [urlOf(source), readDatabaseSchema(source)];
  if (url === undefined || schema === undefined) return url;
  const options = encodeURIComponent(`-c search_path=${schema},public`);
  return `${url}${url.includes('?') ? '&' : '?'}options=${options}`;
}

/**
 * `DATABASE_URL`, or one made of its parts when they are all set (contract: spec 14 §6); undefined for the embedded
 * database. @throws InvalidEnvError for anything but PostgreSQL.
 */
function urlOf(source: Source): string | undefined {
  const parts = urlOfParts(source);
  if (parts !== undefined) return parts;
  const text = readText(source, 'DATABASE_URL');
  if (text === undefined || /^postgres(ql)?:\/\//.test(text)) return text?.replace(/^postgres:/, 'postgresql:');
  throw new InvalidEnvError('DATABASE_URL', text.replace(/:.*/, ':…'), 'expected postgresql://user:password@host/name');
}

function urlOfParts(source: Source): string | undefined {
  const text = (name: string) => readText(source, `DATABASE_${name}`);
  const [type, user, password, host, name] = ['TYPE', 'USER', 'PASSWORD', 'HOST', 'NAME'].map(text);
  const port = readInteger(source, 'DATABASE_PORT', { fallback: 0, min: 1, max: 65_535 });
  const isWhole =
    [type, host, name].every((part) => part !== undefined) && port > 0 && (user ?? password) !== undefined;
  if (!isWhole) return undefined;
  readOneOf(source, 'DATABASE_TYPE', ['postgresql', 'postgres'], 'postgresql');
  const login = [user, password].filter((part) => part !== undefined).map(encodeURIComponent);
  return `postgresql://${login.join(':')}@${host}:${port}/${encodeURIComponent(name ?? '')}`;
}
