import type { DataSource, Logger } from 'typeorm';

/** What begins and ends transactions, and what is written at a time that nobody waits for: last activity, audit log. */
const ASIDE = /^(START TRANSACTION|COMMIT|ROLLBACK)|last_active_at" = \$1|^INSERT INTO "audit_entry"/;

/** The statements that requests wait for and that the application's pool runs during `work`, in order. */
export async function queriesOf(dataSource: DataSource, work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const before = dataSource.logger;
  dataSource.logger = { ...silent, logQuery: (query) => void statements.push(query) };
  try {
    await work();
  } finally {
    dataSource.logger = before;
  }
  return statements.filter((statement) => !ASIDE.test(statement));
}

const silent: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};
