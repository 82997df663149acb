import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { findPackageDir, prepareBinaries } from '../../../src/platform/database/embedded/binaries';
import {
  type EmbeddedPostgresHandle,
  startEmbeddedPostgres,
} from '../../../src/platform/database/embedded/embedded-postgres';
import { DataDirectoryLockedError } from '../../../src/platform/database/embedded/errors';
import { findProcess, findProcessesIn, runProgram } from '../../../src/platform/database/embedded/processes';
import { resolveServerUser } from '../../../src/platform/database/embedded/server-user';
import { endsWithFile } from '../../support/cleanup';

const FIXTURES = join(__dirname, 'fixtures');
const OWNER_SCRIPT = [join(FIXTURES, 'run-typescript.cjs'), join(FIXTURES, 'database-owner.ts')];
const isRoot = process.getuid?.() === 0;
const NOBODY = { uid: 65534, gid: 65534 };

/** An ordinary user can only be tried as root, and only where that user can read the project. */
const canActAsNobody =
  isRoot &&
  spawnSync(process.execPath, ['-e', 'require("@swc/core")'], { cwd: join(__dirname), ...NOBODY }).status === 0;

interface Outcome {
  handle?: EmbeddedPostgresHandle;
  error?: string;
}

let root: string;
let handles: EmbeddedPostgresHandle[];
let children: ChildProcess[];

beforeEach(async () => {
  // mkdtemp makes it 0700: as root, the server's user cannot enter it, which is the usual case below /root.
  root = await realpath(await mkdtemp(join(tmpdir(), 'confab-')));
  handles = [];
  children = [];
});

afterEach(async () => {
  children.forEach((child) => child.kill('SIGKILL'));
  await Promise.all(handles.map((handle) => handle.stop()));
  await rm(root, { recursive: true, force: true });
});

async function start(dataDir: string, settings: Record<string, string> = { fsync: 'off' }) {
  const handle = await startEmbeddedPostgres({ dataDir, settings });
  handles.push(handle);
  return handle;
}

/** A process of its own, and process group, that opens the directory. */
function spawnOwner(dataDir: string, user?: typeof NOBODY): ChildProcess {
  const options = { ...user, detached: true, stdio: ['ignore' as const, 'pipe' as const, 'inherit' as const] };
  const child = endsWithFile(spawn(process.execPath, [...OWNER_SCRIPT, dataDir], options));
  children.push(child);
  return child;
}

async function outcome(child: ChildProcess): Promise<Outcome> {
  for await (const line of createInterface({ input: child.stdout! })) {
    return JSON.parse(line) as Outcome;
  }
  throw new Error('the child process ended without a result');
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid!, 'SIGKILL');
  await ended;
}

async function query<Row>({ host, port, user, database }: EmbeddedPostgresHandle, sql: string): Promise<Row[]> {
  const client = new Client({ host, port, user, database });
  // The server may be killed under it.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function leftovers(dataDir: string): Promise<string[]> {
  return (await readdir(dataDir)).filter((name) => name !== 'postgres' && !/^postgres\.lock\.\d+$/.test(name));
}

describe('startEmbeddedPostgres', () => {
  it('creates a database on the first start and keeps its rows over a restart', async () => {
    const dataDir = join(root, 'not', 'there');
    const first = await start(dataDir, {});
    expect(first).toMatchObject({ host: join(dataDir, 'postgres'), user: 'confab', database: 'confab' });
    await query(first, 'CREATE TABLE note (text text); INSERT INTO note VALUES ($$kept$$)');
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(DataDirectoryLockedError);
    await first.stop();
    await first.stop();

    const second = await start(dataDir, {});
    expect(second.pid).not.toBe(first.pid);
    expect(await query(second, 'TABLE note')).toEqual([{ text: 'kept' }]);
    const settings = `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'listen_addresses') ORDER BY 1`;
    expect(await query(second, settings)).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'listen_addresses', setting: '' },
    ]);
    expect((await lstat(second.host)).mode & 0o777).toBe(0o700);
    expect(await leftovers(dataDir)).toEqual([]);
  });

  it('treats letters of all scripts as letters, in full text and in trigrams', async () => {
    const handle = await start(root);
    await query(handle, 'CREATE EXTENSION pg_trgm');
    const sql = `SELECT to_tsvector('simple', 'Мир—Straße')::text AS words, lower('ÄЖ') AS lower, show_trgm('мир') <> '{}' AS trigrams`;
    expect(await query(handle, sql)).toEqual([{ words: "'straße':2 'мир':1", lower: 'äж', trigrams: true }]);
  });

  it('keeps committed rows when the server itself is killed', async () => {
    const first = await start(root, {});
    await query(first, 'CREATE TABLE note (text text)');
    // Still computing when its postmaster dies; the next start has to wait for the end of this process.
    const survivor = query(first, 'SELECT count(*) FROM generate_series(1, 3000000)').catch(() => undefined);
    await query(first, 'INSERT INTO note VALUES ($$committed$$)');
    process.kill(first.pid, 'SIGKILL');
    await survivor;
    await first.stop();
    expect(await query(await start(root, {}), 'TABLE note')).toEqual([{ text: 'committed' }]);
  });

  it('starts although an unrelated process of the same user has the pid of the last server', async () => {
    const first = await start(root);
    await first.stop();
    const unrelated = spawnUnrelated(isRoot ? NOBODY : undefined);
    await writeLockFiles(first.host, unrelated.pid!);
    expect((await start(root)).pid).not.toBe(unrelated.pid);
  });

  it('shows the last lines of the server log when the server does not start, and gives the directory free', async () => {
    const onExit = jest.fn();
    const attempt = startEmbeddedPostgres({ dataDir: root, settings: { shared_buffers: 'plenty' }, onExit });
    await expect(attempt).rejects.toThrow(/invalid value for parameter "shared_buffers"/);
    expect(onExit).not.toHaveBeenCalled();
    await start(root);
  });

  it('refuses a directory with the database of another version, or with something else in it', async () => {
    await mkdir(join(root, 'postgres'), { mode: 0o700 });
    await writeFile(join(root, 'postgres', 'mine.txt'), '');
    await expect(start(root)).rejects.toThrow(/neither empty nor a PostgreSQL cluster/);
    await writeFile(join(root, 'postgres', 'PG_VERSION'), '15\n');
    await expect(start(root)).rejects.toThrow(/created by PostgreSQL 15/);
  });
});

describe('other processes', () => {
  it('reuses the server of a killed process, and can stop it', async () => {
    const owner = spawnOwner(root);
    const { handle } = await outcome(owner);
    await expect(start(root)).rejects.toThrow(`process ${owner.pid} has opened it`);
    await expect(start(root)).rejects.toThrow(root);
    await query(handle!, 'CREATE TABLE note (text text)');
    await kill(owner);

    const successor = await start(root);
    expect(successor.pid).toBe(handle!.pid);
    expect(await query(successor, 'TABLE note')).toEqual([]);
    await successor.stop();
    expect(await findProcess(successor.pid)).toBeUndefined();
    expect((await start(root)).pid).not.toBe(successor.pid);
  });

  it('lets exactly one of several simultaneous starters win, also over the lock of a dead process', async () => {
    for (let round = 0; round < 2; round++) {
      const starters = [1, 2, 3, 4].map(() => spawnOwner(root));
      const outcomes = await Promise.all(starters.map(outcome));
      const winners = starters.filter((_, index) => outcomes[index]?.handle);
      expect(winners).toHaveLength(1);
      const refusals = outcomes.flatMap(({ error }) => error ?? []);
      expect(refusals).toEqual(Array(3).fill(expect.stringContaining(`process ${winners[0]?.pid} has opened it`)));
      await kill(winners[0]!);
    }
    await start(root);
  });

  it('recovers from a process that was killed while it created the database', async () => {
    const owner = spawnOwner(root);
    const isCreating = async () => (await readdir(root)).some((name) => name.startsWith('postgres.init-'));
    while (!(await isCreating())) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await kill(owner);
    expect(await isCreating()).toBe(true);
    const handle = await start(root);
    expect(await query(handle, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await leftovers(root)).toEqual([]);
  });
});

/** Ways to leave a database behind. Both processes are killed in each of them; `owner` is the application. */
const KILLS: Record<string, (owner: ChildProcess) => Promise<void>> = {
  'with a stopped backend': async (owner) => {
    const { handle } = await outcome(owner);
    const sql = `SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'`;
    const [backend] = await query<{ pid: number }>(handle!, sql);
    process.kill(backend!.pid, 'SIGSTOP');
    await killBoth(owner, handle!.pid);
  },
  'while the server starts': async (owner) => {
    await killBoth(owner, await firstServerProcess());
  },
  'with the pid of an unrelated process in the lock files': async (owner) => {
    const { handle } = await outcome(owner);
    await killBoth(owner, handle!.pid);
    await writeLockFiles(handle!.host, spawnUnrelated(isRoot ? NOBODY : undefined).pid!);
  },
  'with empty lock files': async (owner) => {
    const { handle } = await outcome(owner);
    await killBoth(owner, handle!.pid);
    await writeFile(join(handle!.host, 'postmaster.pid'), '');
    await writeFile(join(handle!.host, '.s.PGSQL.5432.lock'), '');
  },
  'with a stopped postmaster': async (owner) => {
    const { handle } = await outcome(owner);
    process.kill(handle!.pid, 'SIGSTOP');
    await kill(owner);
  },
};

describe('kill -9 of the application and of the database', () => {
  it('ten times in a row, in every state, leaves a database that starts with all rows', async () => {
    const first = await start(root, {});
    await query(first, 'CREATE TABLE note (round int)');
    await first.stop();
    const ways = [...Object.values(KILLS), ...Object.values(KILLS)];
    for (const [round, leave] of ways.entries()) {
      await leave(spawnOwner(root));
      const handle = await start(root, {});
      await query(handle, `INSERT INTO note VALUES (${round})`);
      expect(await query(handle, 'SELECT count(*)::int AS rows FROM note')).toEqual([{ rows: round + 1 }]);
      await handle.stop();
    }
    expect(await findProcessesIn(join(root, 'postgres'), 'postgres')).toEqual([]);
  });
});

async function firstServerProcess(): Promise<number> {
  for (;;) {
    const [pid] = await findProcessesIn(join(root, 'postgres'), 'postgres');
    if (pid !== undefined) return pid;
  }
}

async function killBoth(owner: ChildProcess, postmaster: number): Promise<void> {
  process.kill(postmaster, 'SIGKILL');
  await kill(owner);
}

function spawnUnrelated(user?: typeof NOBODY): ChildProcess {
  const child = spawn('sleep', ['600'], { ...user, stdio: 'ignore' });
  children.push(child);
  return child;
}

/** Both lock files, as a server with this pid would have left them. */
async function writeLockFiles(clusterDir: string, pid: number): Promise<void> {
  const lines = [pid, '/proc/self/cwd', 1, 5432, '.', '', '', 'ready'];
  await writeFile(join(clusterDir, 'postmaster.pid'), lines.join('\n'));
  await writeFile(join(clusterDir, '.s.PGSQL.5432.lock'), lines.slice(0, 5).join('\n'));
}

describe('paths', () => {
  const difficult = `it's "quoted" $HOME, \`ls\` ünï 雪`;

  it('works in a directory whose name has spaces, quotes and other letters', async () => {
    // Directly below /tmp: the path of a socket has at most 107 bytes, and `tmpdir()` may be long.
    const short = await mkdtemp('/tmp/c');
    const handle = await start(join(short, difficult));
    expect(handle.host).toBe(join(short, difficult, 'postgres'));
    expect(await query(handle, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await handle.stop();
    await rm(short, { recursive: true });
  });

  it('uses a private short directory for the socket when the path is too long for one', async () => {
    const dataDir = join(root, 'long'.repeat(30));
    const owner = spawnOwner(dataDir);
    const { handle } = await outcome(owner);
    expect(handle!.host.length).toBeLessThan(90);
    expect((await lstat(handle!.host)).mode & 0o777).toBe(0o700);
    await kill(owner);
    const successor = await start(dataDir);
    expect(successor).toMatchObject({ pid: handle!.pid, host: handle!.host });
    await rm(handle!.host, { recursive: true });
    await successor.stop();
    expect(await query(await start(dataDir), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await rm(handle!.host, { recursive: true });
  });
});

describe('users', () => {
  (isRoot ? it : it.skip)('started as root, runs as a user who cannot enter the directories above', async () => {
    const handle = await start(root);
    expect((await lstat(root)).mode & 0o777).toBe(0o700);
    expect((await lstat(`/proc/${handle.pid}`)).uid).toBe(NOBODY.uid);
    expect((await lstat(handle.host)).uid).toBe(NOBODY.uid);
  });

  (canActAsNobody ? it : it.skip)('started as an ordinary user, and then as root, runs as that user', async () => {
    await chmod(root, 0o777);
    const dataDir = join(root, `it's "quoted"`);
    const owner = spawnOwner(dataDir, NOBODY);
    const { handle, error } = await outcome(owner);
    expect(error).toBeUndefined();
    expect(await query(handle!, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await kill(owner);
    expect((await start(dataDir)).pid).toBe(handle!.pid);
  });

  (canActAsNobody ? it : it.skip)('tells an ordinary user that root has created the directory', async () => {
    await (await start(root)).stop();
    const { error } = await outcome(spawnOwner(root, NOBODY));
    expect(error).toMatch(/cannot read and write the data directory/);
  });
});

describe('prepareBinaries', () => {
  async function packageWithoutSymlinks(directory: string): Promise<string> {
    await cp(findPackageDir(), directory, {
      recursive: true,
      filter: async (path) => !(await lstat(path)).isSymbolicLink(),
    });
    return directory;
  }

  it('creates the symlinks that the install script would have made', async () => {
    await chmod(root, 0o755);
    const packageDir = await packageWithoutSymlinks(join(root, 'package'));
    const binaries = await prepareBinaries({ packageDir, copyRoots: [], user: await resolveServerUser(root) });
    expect(binaries.initdb).toBe(join(packageDir, 'native', 'bin', 'initdb'));
    expect(binaries.majorVersion).toBe(18);
    expect(await runProgram(binaries.initdb, ['-V'], { cwd: '/' })).toMatchObject({ code: 0 });
  });

  it('copies binaries that the server cannot use where they are, once', async () => {
    await chmod(root, 0o755);
    const packageDir = await packageWithoutSymlinks(join(root, 'package'));
    // Root cannot be kept from writing, but its server's user from entering; an ordinary user from writing.
    await chmod(isRoot ? packageDir : join(packageDir, 'native', 'lib'), isRoot ? 0o700 : 0o555);
    const copyRoots = ['/proc', join(root, 'apps', 'copies')];
    const messages: string[] = [];
    const user = await resolveServerUser(join(root, 'none'));
    const request = { packageDir, copyRoots, user, log: (message: string) => messages.push(message) };

    const [first, second] = [await prepareBinaries(request), await prepareBinaries(request)];
    expect(first.initdb.startsWith(join(root, 'apps', 'copies'))).toBe(true);
    expect(second).toEqual(first);
    expect(messages.filter((message) => message.includes(join(root, 'apps')))).toHaveLength(1);
    expect(await runProgram(first.initdb, ['-V'], { cwd: '/', user })).toMatchObject({ code: 0 });
    await chmod(join(packageDir, 'native', 'lib'), 0o755);
  });

  it('says what was tried when nothing works', async () => {
    const request = { packageDir: join(root, 'with "quotes"'), copyRoots: [] };
    await cp(join(findPackageDir(), 'package.json'), join(request.packageDir, 'package.json'));
    await expect(prepareBinaries(request)).rejects.toThrow(/set DATABASE_URL[^]*with "quotes"/);
  });
});
