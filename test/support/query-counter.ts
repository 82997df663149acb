import type { DataSource, Logger } from 'typeorm';

/** Statements that begin and end transactions, and those that run at any time without a request waiting for them. */
const ASIDE = new RegExp(
  [
    '^(START TRANSACTION|COMMIT|ROLLBACK)',
    'last_active_at" = \\$1',
    '^INSERT INTO "audit_entry"',
    '^SELECT t.id FROM completion_task t WHERE NOT',
  ].join('|'),
);

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
