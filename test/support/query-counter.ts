import type { DataSource, Logger } from 'typeorm';

/** The statements that the application's pool runs during `work`, in order, without those that begin and end transactions. */
export async function queriesOf(dataSource: DataSource, work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const before = dataSource.logger;
  dataSource.logger = { ...silent, logQuery: (query) => void statements.push(query) };
  try {
    await work();
  } finally {
    dataSource.logger = before;
  }
  return statements.filter((statement) => !/^(START TRANSACTION|COMMIT|ROLLBACK)/.test(statement));
}

const silent: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};
