import type { DataSource, QueryRunner } from 'typeorm';
import { MIGRATION_LOCK } from './data-source-options';

/**
 * Runs what is pending, one transaction per migration, under an advisory lock: of several nodes that start at once, one
 * migrates and the others wait for it. Makes the schema of the tables if it is not there.
 */
export async function runMigrations(dataSource: DataSource, schema?: string): Promise<void> {
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    if (schema !== undefined) await createSchema(lock, schema);
    await dataSource.runMigrations({ transaction: 'each' });
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await lock.release();
  }
}

/** Asked first: who may not make schemas may not say IF NOT EXISTS either. */
async function createSchema(runner: QueryRunner, schema: string): Promise<void> {
  const found = (await runner.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])) as unknown[];
  if (found.length === 0) await runner.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
}
