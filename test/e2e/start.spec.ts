/** @services */
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { buildServer, runToEnd, startServerProcess } from '../support/process';

/** The built server as a process that cannot start, and the listing of its variables. */
let database: TestDatabase;
let dataDir: string;

beforeAll(async () => {
  buildServer();
  database = await createTestDatabase();
}, 600_000);
afterAll(() => database.drop());
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'confab-start-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const base = () => ({ DATABASE_URL: database.url, DATA_DIR: dataDir, ENABLE_OLLAMA_API: 'false' });

describe('a start that fails', () => {
  it.each([
    [
      'a database that is not there',
      { DATABASE_URL: 'postgresql://x@127.0.0.1:1/x' },
      'DATABASE_URL cannot be reached',
    ],
    ['an address of another machine', { HOST: 'host.invalid' }, 'HOST="host.invalid"'],
    ['an invalid variable', { https_proxy: 'foo' }, 'Invalid environment variable https_proxy="foo"'],
    ['an invalid setting', { MODELS_CACHE_TTL: 'x' }, 'Invalid environment variable MODELS_CACHE_TTL="x"'],
    ['a weak secret', { ENV: 'production', WEBUI_SECRET_KEY: 'secret' }, 'WEBUI_SECRET_KEY is too weak'],
  ])('says so in one line and exits with 1: %s', async (_, env, message) => {
    const { code, output } = await runToEnd('main', { ...base(), ...env });
    expect(output).toContain(`Confab could not start: `);
    expect(output).toContain(message);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });

  it('names a database that does not exist', async () => {
    const url = new URL(database.url);
    url.pathname = '/confab_missing';
    const { code, output } = await runToEnd('main', { ...base(), DATABASE_URL: url.href });
    expect(output).toMatch(/^Confab could not start: the database in DATABASE_URL does not exist.*confab_missing/);
    expect(code).toBe(1);
  });

  it('names the variable of a secret key that cannot be created', async () => {
    const file = join(dataDir, 'file');
    await writeFile(file, '');
    const { code, output } = await runToEnd('main', { ...base(), WEBUI_SECRET_KEY_FILE: `${file}/key` });
    expect(output).toMatch(/^Confab could not start: .*WEBUI_SECRET_KEY_FILE/);
    expect(code).toBe(1);
  });

  it('shows the reason of an embedded PostgreSQL that refuses', async () => {
    const env = { DATA_DIR: dataDir, ENABLE_OLLAMA_API: 'false' };
    const server = await startServerProcess(env);
    expect(await server.end('SIGTERM')).toBe(0);
    await appendFile(join(dataDir, 'postgres/postgresql.conf'), 'work_mem = plenty\n');
    const { code, output } = await runToEnd('main', env);
    expect(output).toMatch(/^Confab could not start: The database server in .* did not start:/);
    expect(output).toContain('invalid value for parameter "work_mem": "plenty"');
    expect(code).toBe(1);
  });
});

it('warns of a misspelt variable, with the name that was meant', async () => {
  const server = await startServerProcess({ ...base(), ENABEL_SIGNUP: 'false' });
  expect(server.output()).toContain('Unknown environment variable ENABEL_SIGNUP: did you mean ENABLE_SIGNUP?');
  expect(await server.end('SIGTERM')).toBe(0);
});

describe('config:list', () => {
  it('gives every variable a group, a value and a meaning', async () => {
    const { code, output } = await runToEnd('config-list', { ...base(), OPENAI_API_KEY: 'sk-hidden' });
    expect(code).toBe(0);
    const [list = ''] = output.split(/\n\n\d+ variables/);
    const lines = list
      .trim()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('['));
    const withoutMeaning = lines.filter((line, index) => /^\w/.test(line) && !/^ +\S/.test(lines[index + 1] ?? ''));
    expect(withoutMeaning).toEqual([]);
    expect(lines.length).toBeGreaterThan(500);
    expect(list.trim()).toMatch(/^\[server\]\n/);
    expect(output).not.toContain('sk-hidden');
  });

  it.each([
    ['PORT', 'web'],
    ['OPENAI_API_BASE_URL', 'foo'],
  ])('fails for what stops the start: %s=%s', async (name, value) => {
    const { code, output } = await runToEnd('config-list', { ...base(), [name]: value });
    expect([code, output]).toEqual([1, expect.stringContaining(`Invalid environment variable ${name}="${value}"`)]);
  });
});
