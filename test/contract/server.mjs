import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
/** One memory snapshot of the sandbox for all runs, as for the other tests. */
const SANDBOX_CACHE = fileURLToPath(new URL('../../node_modules/.cache/sandbox', import.meta.url));
const START_TIMEOUT = 300_000;

/** What the recordings were made with, and limits that let all requests come from one address. */
const RECORDED_ENV = {
  ENABLE_API_KEYS: 'True',
  USER_PERMISSIONS_FEATURES_API_KEYS: 'True',
  SIGNIN_ADDRESS_LIMIT: '0',
  REQUEST_LIMIT_PER_MINUTE: '0',
  ENABLE_OLLAMA_API: 'False',
  BUILTIN_SEARCH_MODEL: 'never',
  SANDBOX_CACHE_DIR: SANDBOX_CACHE,
  // Only a source that hangs should reach it, on a loaded machine too.
  SANDBOX_LOAD_SECONDS: '300',
};

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** A child process that answers HTTP at `url` when this resolves; its output is shown when it does not come up. */
export async function startProcess(file, env, url) {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [file], { env: { PATH, HOME, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const closed = once(child, 'close');
  const stop = async () => {
    child.kill('SIGTERM');
    await closed;
  };
  for (const end = Date.now() + START_TIMEOUT; Date.now() < end && child.exitCode === null; await sleep(100)) {
    if (await fetch(url).then(Boolean, () => false))
      return { stop, output: () => output, hasExited: () => child.exitCode !== null || child.signalCode !== null };
  }
  await stop();
  throw new Error(`${file} did not start:\n${output}`);
}

/** The built server on a fresh database: one of its own, or one on the server that `TEST_DATABASE_URL` names. */
export async function startServer(env) {
  const dataDir = await mkdtemp(join(tmpdir(), 'confab-contract-'));
  const database = process.env.TEST_DATABASE_URL && (await createDatabase(process.env.TEST_DATABASE_URL));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const place = { HOST: '127.0.0.1', PORT: String(port), DATA_DIR: dataDir };
  const clean = async () => {
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const variables = { ...place, ...(database && { DATABASE_URL: database.url }), ...RECORDED_ENV, ...env };
    const server = await startProcess(MAIN, variables, `${url}/health`);
    return { ...server, url, stop: () => server.stop().then(clean) };
  } catch (error) {
    await clean();
    throw error;
  }
}

async function createDatabase(serverUrl) {
  const name = `confab_contract_${randomUUID().replaceAll('-', '')}`;
  const administrate = async (statement) => {
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await administrate(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => administrate(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}
