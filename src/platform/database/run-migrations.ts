import type { DataSource, QueryRunner } from 'typeorm';
import { MIGRATION_LOCK } from './data-source-options';

/**
 * Runs pending migrations, one transaction each, under an advisory lock: of several starting nodes one migrates and the
 * others wait. Creates the schema if it does not exist.
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

/** Checked first: roles without the right to create schemas cannot use IF NOT EXISTS either. */
async function createSchema(runner: QueryRunner, schema: string): Promise<void> {
  const found = (await runner.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])) as unknown[];
  if (found.length === 0) await runner.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
}
