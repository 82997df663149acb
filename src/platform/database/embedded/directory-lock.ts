import { randomUUID } from 'node:crypto';
import { link, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataDirectoryLockedError, EmbeddedPostgresError, errorCode } from './errors';
import { findProcess } from './processes';

export interface DirectoryLock {
  release(): Promise<void>;
}

interface LockContent {
  pid: number;
  identity: string;
  released?: boolean;
}

const LOCK_NAME = /^postgres\.lock\.(\d+)$/;
const DRAFT_PREFIX = 'postgres.lock-draft-';

/**
 * Locks the directory for this process. @throws DataDirectoryLockedError when another process owns it.
 *
 * The lock is the file `postgres.lock.<n>` with the highest n; it holds a pid and the identity of that process. A stale
 * lock is never deleted or overwritten first: between check and delete, another starter could do the same, and one
 * would delete the other's lock. Instead the successor creates the next number, which the file system grants to exactly
 * one process, and then removes the lower ones. The highest number remains after a release, so a slow starter that
 * reuses a number finds a higher one and gives up its own.
 */
export async function lockDirectory(dataDir: string): Promise<DirectoryLock> {
  const self = await findProcess(process.pid);
  if (!self) {
    throw new EmbeddedPostgresError('Cannot read the start time of this process: is /proc mounted?');
  }
  const content: LockContent = { pid: process.pid, identity: self.identity };
  for (;;) {
    const newest = await newestGeneration(dataDir);
    await refuseWhenHeld(dataDir, newest);
    const own = newest + 1;
    if (await createLock(dataDir, own, content)) {
      if ((await newestGeneration(dataDir)) === own) {
        await removeOlder(dataDir, own);
        return { release: () => writeReleased(dataDir, own, content) };
      }
      await rm(lockPath(dataDir, own), { force: true });
    }
  }
}

function lockPath(dataDir: string, generation: number): string {
  return join(dataDir, `postgres.lock.${generation}`);
}

function generationOf(name: string): number {
  return Number(LOCK_NAME.exec(name)?.[1] ?? 0);
}

async function newestGeneration(dataDir: string): Promise<number> {
  return Math.max(0, ...(await readdir(dataDir)).map(generationOf));
}

async function refuseWhenHeld(dataDir: string, generation: number): Promise<void> {
  const text = await readFile(lockPath(dataDir, generation), 'utf8').catch(() => '');
  const owner = parse(text);
  if (owner && !owner.released && (await findProcess(owner.pid))?.identity === owner.identity) {
    throw new DataDirectoryLockedError(dataDir, owner.pid);
  }
}

/** undefined for an empty or incomplete file after a power failure: no running process owns it. */
function parse(text: string): LockContent | undefined {
  try {
    return JSON.parse(text) as LockContent;
  } catch {
    return undefined;
  }
}

/** False when another process has created this generation. link() creates the file with its content atomically. */
async function createLock(dataDir: string, generation: number, content: LockContent): Promise<boolean> {
  const draft = await writeDraft(dataDir, content);
  try {
    await link(draft, lockPath(dataDir, generation));
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(dataDir: string, content: LockContent): Promise<string> {
  const draft = join(dataDir, `${DRAFT_PREFIX}${randomUUID()}`);
  await writeFile(draft, `${JSON.stringify(content)}\n`, { mode: 0o644 });
  return draft;
}

async function removeOlder(dataDir: string, own: number): Promise<void> {
  const older = (await readdir(dataDir)).filter((name) => LOCK_NAME.test(name) && generationOf(name) < own);
  await Promise.all(older.map((name) => rm(join(dataDir, name), { force: true })));
}

async function writeReleased(dataDir: string, own: number, content: LockContent): Promise<void> {
  // The data directory may have been deleted meanwhile, as tests do; then there is nothing to release.
  if ((await newestGeneration(dataDir).catch(() => 0)) !== own) {
    return;
  }
  await rename(await writeDraft(dataDir, { ...content, released: true }), lockPath(dataDir, own));
}
