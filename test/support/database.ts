import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { ConnectionOptions } from '../../src/platform/database/connection';
import { serverOf, TEMPLATE, testServer } from './database-server';

export interface TestDatabase {
  connection: ConnectionOptions;
  /** As `DATABASE_URL`. */
  url: string;
  drop(): Promise<void>;
}

async function administrate(statement: string): Promise<void> {
  const server = testServer();
  const client = new Client('url' in server ? { connectionString: server.url } : server);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** An own database for one test file: a clone of the migrated template, or an empty one. */
export async function createTestDatabase(options: { isEmpty?: boolean } = {}): Promise<TestDatabase> {
  const name = `confab_test_${randomBytes(6).toString('hex')}`;
  await administrate(`CREATE DATABASE "${name}" ${options.isEmpty ? '' : `TEMPLATE "${TEMPLATE}"`}`);
  const connection = serverOf(testServer(), name);
  return {
    connection,
    url: urlOf(connection),
    drop: () => administrate(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
  };
}

function urlOf(connection: ConnectionOptions): string {
  if ('url' in connection) return connection.url;
  const { user, password, host, port, database } = connection;
  const login = password ? `${user}:${encodeURIComponent(password)}` : user;
  return `postgresql://${login}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
}
