import { chmod, mkdir, mkdtemp, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PostgresBinaries } from './binaries';
import { EmbeddedPostgresError, errorCode } from './errors';
import { runProgram } from './processes';
import { type ServerUser, changeOwner } from './server-user';

/** Name of the database, and of the superuser that the application connects as. */
export const DATABASE_NAME = 'confab';

/** The first one that the operating system supports is used. */
const CHARACTER_LOCALES = ['C.UTF-8', 'en_US.UTF-8', 'C'];

/**
 * The `-D` argument for programs that are started with the cluster as their working directory.
 *
 * As root, the server's user often cannot reach the cluster by its path (/root and the data directory are 0700). The
 * working directory is entered while the new process is still root, and `/proc/self/cwd` resolves to it without
 * checking the parents. It remains valid because the server's processes never change their working directory.
 */
export function directoryArgument(clusterDir: string, user: ServerUser | undefined): string {
  return user && process.platform === 'linux' ? '/proc/self/cwd' : clusterDir;
}

/** Creates the cluster if it does not exist, and checks that its version matches these binaries. */
export async function ensureCluster(
  clusterDir: string,
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
): Promise<void> {
  await removeUnfinished(clusterDir);
  const version = await readFile(join(clusterDir, 'PG_VERSION'), 'utf8').catch(absent);
  if (version === undefined) {
    await refuseForeignContent(clusterDir);
    await createCluster(clusterDir, binaries, user);
  } else if (Number(version) !== binaries.majorVersion) {
    throw new EmbeddedPostgresError(
      `The database in "${clusterDir}" was created by PostgreSQL ${version.trim()}, the embedded server is ` +
        `PostgreSQL ${binaries.majorVersion}. Dump it with the old version and restore it into a new directory.`,
    );
  }
}

function absent(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') {
    throw error;
  }
}

async function refuseForeignContent(clusterDir: string): Promise<void> {
  const content = (await readdir(clusterDir).catch(absent)) ?? [];
  if (content.length > 0) {
    throw new EmbeddedPostgresError(`"${clusterDir}" is neither empty nor a PostgreSQL cluster: move it away.`);
  }
}

/**
 * initdb works in a sibling directory that is renamed when complete, so an interrupted start leaves only a directory to
 * delete. initdb flushes every file (about 0.15 s), and the rename is flushed: after a power failure the cluster is
 * absent or intact.
 */
async function createCluster(
  clusterDir: string,
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
): Promise<void> {
  const draft = await mkdtemp(`${clusterDir}.init-`);
  try {
    if (user) {
      await changeOwner(draft, user);
    }
    await initialize(draft, binaries, user);
    await rename(draft, clusterDir);
    await flushDirectory(dirname(clusterDir));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function initialize(draft: string, binaries: PostgresBinaries, user: ServerUser | undefined): Promise<void> {
  let output = '';
  for (const locale of CHARACTER_LOCALES) {
    const arguments_ = [`--pgdata=${directoryArgument(draft, user)}`, ...initdbArguments(locale)];
    const result = await runProgram(binaries.initdb, arguments_, { cwd: draft, user });
    if (result.code === 0) {
      return;
    }
    output = result.output;
    if (!output.includes('invalid locale name')) {
      break;
    }
    await empty(draft);
  }
  throw new EmbeddedPostgresError(`Creating the database failed:\n${output.trim()}`);
}

/**
 * Collation of the built-in provider: ordering and case mapping are part of PostgreSQL, equal on every machine, and not
 * changed by an upgrade of libc or ICU, which would corrupt indexes. Character classes still come from libc (text
 * search parser, pg_trgm): with `C`, letters outside ASCII would not count as letters. Authentication is not needed,
 * since the socket's directory is 0700.
 */
function initdbArguments(characterLocale: string): string[] {
  return [
    `--username=${DATABASE_NAME}`,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    `--lc-ctype=${characterLocale}`,
    '--no-instructions',
  ];
}

async function empty(directory: string): Promise<void> {
  const names = await readdir(directory);
  await Promise.all(names.map((name) => rm(join(directory, name), { recursive: true, force: true })));
}

async function flushDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Safe under the directory lock. An initdb that survived its killed parent may still write: the next start deletes the
 * rest.
 */
async function removeUnfinished(clusterDir: string): Promise<void> {
  const parent = dirname(clusterDir);
  const drafts = (await readdir(parent)).filter((name) => name.startsWith(`${basename(clusterDir)}.init-`));
  for (const name of drafts) {
    await rm(join(parent, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

/** Creates the directory with its parents; new ones are closed to other users, as they will hold secrets. */
export async function makePrivateDirectory(path: string): Promise<void> {
  const created = await mkdir(path, { recursive: true, mode: 0o700 });
  if (created !== undefined) {
    await chmod(path, 0o700);
  }
}
