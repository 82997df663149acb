import type { DataSource } from 'typeorm';
import { MIGRATION_LOCK } from './data-source-options';

/**
 * Runs what is pending, one transaction per migration, under an advisory lock: of several nodes that start at once, one
 * migrates and the others wait for it.
 */
export async function runMigrations(dataSource: DataSource): Promise<void> {
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations({ transaction: 'each' });
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await lock.release();
  }
}
