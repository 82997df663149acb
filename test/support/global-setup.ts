import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/platform/database/data-source-options';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres';
import { runMigrations } from '../../src/platform/database/run-migrations';
import { allMigrations } from './migrations';
import { serverOf, TEMPLATE, testState, type TestServer } from './database-server';

/**
 * One PostgreSQL server for the whole run: the embedded one, or the one that `TEST_DATABASE_URL` names. A migrated
 * template database is made once; every test file clones it.
 */
export default async function globalSetup(): Promise<void> {
  process.env.NODE_ENV = 'test';
  const directory = await useTemporaryDirectory();
  const url = process.env.TEST_DATABASE_URL;
  const server = url ? { url } : await startEmbedded(join(directory, 'server'));
  process.env.CONFAB_TEST_SERVER = JSON.stringify(server);
  const admin = await new DataSource(dataSourceOptions(serverOf(server), 1)).initialize();
  await admin.query(`DROP DATABASE IF EXISTS "${TEMPLATE}" WITH (FORCE)`);
  await admin.query(`CREATE DATABASE "${TEMPLATE}"`);
  await admin.destroy();
  const template = await new DataSource({
    ...dataSourceOptions(serverOf(server, TEMPLATE), 2),
    migrations: await allMigrations(),
  }).initialize();
  await runMigrations(template);
  await template.destroy();
}

/** Everything temporary of the run goes into one directory, which the teardown removes. */
async function useTemporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'confab-test-'));
  // As /tmp: some tests start servers as another user.
  await chmod(directory, 0o1777);
  process.env.TMPDIR = directory;
  testState.directory = directory;
  return directory;
}

async function startEmbedded(dataDir: string): Promise<TestServer> {
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const handle = await startEmbeddedPostgres({ dataDir, settings });
  testState.stop = () => handle.stop();
  const { host, port, user, database, password } = handle;
  return { host, port, user, database, password, ssl: false };
}
