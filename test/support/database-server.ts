import type { ConnectionOptions } from '../../src/platform/database/connection';

export type TestServer = ConnectionOptions;

/** The migrated database that test files clone. The run's process id keeps several runs on one server apart. */
export const TEMPLATE = process.env.CONFAB_TEST_TEMPLATE ?? `confab_template_${process.pid}`;
process.env.CONFAB_TEST_TEMPLATE = TEMPLATE;

/** Shared by jest's global setup and teardown, which run in one process. */
export const testState: { stop?: () => Promise<void>; directory?: string } = {};

/** Connection options for a database of the run's server; without a name its maintenance database. */
export function serverOf(server: TestServer, database?: string): ConnectionOptions {
  if (database === undefined) return server;
  if (!('url' in server)) return { ...server, database };
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return { url: url.toString() };
}

/** The server that the global setup started, as seen from a test file. */
export function testServer(): TestServer {
  const text = process.env.CONFAB_TEST_SERVER;
  if (!text) throw new Error('The global setup did not run');
  return JSON.parse(text) as TestServer;
}
