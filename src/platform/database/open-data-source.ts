import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { runMigrations } from './run-migrations';

/** Milliseconds to wait at start-up for an unreachable database. */
const WAIT = 5000;
const RETRY_INTERVAL = 500;

/** Codes of the system, and of PostgreSQL during its start-up. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  '57P03',
]);
const REFUSED = new Set(['28P01', '28000']);

/** The database cannot be used; the message includes cause and remedy. */
export class DatabaseStartError extends Error {
  constructor(problem: string, options: ErrorOptions) {
    super(`${problem} (${causeOf(options.cause).message}).`, options);
    this.name = 'DatabaseStartError';
  }
}

/**
 * A connected pool with all migrations applied. @throws DatabaseStartError, within seconds when the server is
 * unreachable.
 */
export async function openDataSource(options: DataSourceOptions & { schema?: string }): Promise<DataSource> {
  const dataSource = await connect(options);
  try {
    await runMigrations(dataSource, options.schema);
    return dataSource;
  } catch (cause) {
    await dataSource.destroy();
    throw new DatabaseStartError(
      codeOf(cause) === '42501'
        ? 'the role of DATABASE_URL may not create the tables: it must own its database or schema'
        : 'the tables of the database could not be created or migrated',
      { cause },
    );
  }
}

async function connect(options: DataSourceOptions): Promise<DataSource> {
  const deadline = performance.now() + WAIT;
  for (;;) {
    try {
      return await new DataSource(options).initialize();
    } catch (cause) {
      if (!UNREACHABLE.has(codeOf(cause)) || performance.now() > deadline)
        throw new DatabaseStartError(problemOf(cause), { cause });
      await sleep(RETRY_INTERVAL);
    }
  }
}

function problemOf(error: unknown): string {
  const code = codeOf(error);
  if (REFUSED.has(code)) return 'the database refuses the user or password in DATABASE_URL';
  if (code === '3D000') return 'the database in DATABASE_URL does not exist. Create it first';
  return 'the database of DATABASE_URL cannot be reached. Start it, or correct DATABASE_URL';
}

/** A refused connection to a host with several addresses is an AggregateError without a message of its own. */
function causeOf(error: unknown): Error & { code?: string } {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first : new Error(String(first));
}

const codeOf = (error: unknown): string => causeOf(error).code ?? '';
