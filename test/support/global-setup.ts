import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/platform/database/data-source-options';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres';
import { runMigrations } from '../../src/platform/database/run-migrations';
import { serverOf, TEMPLATE, testState, type TestServer } from './database-server';

/**
 * One PostgreSQL server for the whole run: the embedded one in a temporary directory, or the one that
 * `TEST_DATABASE_URL` names. A migrated template database is made once; every test file clones it.
 */
export default async function globalSetup(): Promise<void> {
  process.env.NODE_ENV = 'test';
  const url = process.env.TEST_DATABASE_URL;
  const server = url ? { url } : await startEmbedded();
  process.env.CONFAB_TEST_SERVER = JSON.stringify(server);
  const admin = await new DataSource(dataSourceOptions(serverOf(server), 1)).initialize();
  await admin.query(`DROP DATABASE IF EXISTS "${TEMPLATE}" WITH (FORCE)`);
  await admin.query(`CREATE DATABASE "${TEMPLATE}"`);
  await admin.destroy();
  const template = await new DataSource(dataSourceOptions(serverOf(server, TEMPLATE), 2)).initialize();
  await runMigrations(template);
  await template.destroy();
}

async function startEmbedded(): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'confab-test-'));
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const handle = await startEmbeddedPostgres({ dataDir, settings });
  testState.stop = () => handle.stop();
  testState.dataDir = dataDir;
  await writeFile(join(dataDir, 'README'), 'A test run of Confab; safe to delete.\n');
  const { host, port, user, database, password } = handle;
  return { host, port, user, database, password, ssl: false };
}
