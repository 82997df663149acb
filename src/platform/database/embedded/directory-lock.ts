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
 * Makes this process the only owner of the directory, or throws DataDirectoryLockedError.
 *
 * The lock is the file `postgres.lock.<n>` with the highest n; it names a pid and the identity of that process. A lock
 * is never deleted or overwritten to take it over (between looking and deleting another starter may have done the
 * same, and one would delete the lock of the other). The successor instead creates the next number, which the file
 * system lets exactly one process do, and then removes the lower ones. The highest number always stays, also after a
 * release, so a starter that was slow and creates a number already used sees a higher one and gives up its own.
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

/** undefined for what a power failure may have left: an empty or torn file belongs to nobody alive. */
function parse(text: string): LockContent | undefined {
  try {
    return JSON.parse(text) as LockContent;
  } catch {
    return undefined;
  }
}

/** False when somebody else has created this generation. link() makes the file appear with its content at once. */
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
  // Someone may have removed the whole data directory in the meantime (tests do): nothing is left to release then.
  if ((await newestGeneration(dataDir).catch(() => 0)) !== own) {
    return;
  }
  await rename(await writeDraft(dataDir, { ...content, released: true }), lockPath(dataDir, own));
}
