import { readInteger, type Source } from './env-readers';

/** The connections to the database. */
export interface PoolEnv {
  size: number;
  /** Milliseconds that a query waits for one. */
  wait: number;
  /** Seconds after which one is replaced; 0 for never. */
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
