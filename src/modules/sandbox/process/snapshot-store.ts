import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** An open snapshot, and its length in bytes. */
export interface Snapshot {
  file: FileHandle;
  length: number;
}

const SUFFIX = '.snapshot';

/**
 * Memory snapshots of interpreters, in a directory that several servers may share. The name of a file is the key of what
 * it was made from and the hash of its content; a file that does not fit its name is made again.
 */
export class SnapshotStore {
  constructor(private readonly directory: string) {}

  /** @param key hexadecimal. @param make is called when there is no valid file. */
  async open(name: string, key: string, make: () => Promise<Uint8Array>): Promise<Snapshot> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const known = await this.find(`${name}-${key}-`);
    const path = known ?? (await this.store(`${name}-${key}-`, await make()));
    const file = await open(path, 'r');
    const { size } = await file.stat();
    void this.sweep(name, `${name}-${key}-`);
    return { file, length: size };
  }

  private async find(prefix: string): Promise<string | undefined> {
    for (const name of await readdir(this.directory)) {
      if (!name.startsWith(prefix) || !name.endsWith(SUFFIX)) continue;
      const path = join(this.directory, name);
      if (name === `${prefix}${await hashOfFile(path)}${SUFFIX}`) return path;
      await rm(path, { force: true });
    }
    return undefined;
  }

  private async store(prefix: string, bytes: Uint8Array): Promise<string> {
    const path = join(this.directory, `${prefix}${shorten(createHash('sha256').update(bytes))}${SUFFIX}`);
    const temporary = join(this.directory, `${randomUUID()}.tmp`);
    try {
      await writeFile(temporary, bytes, { mode: 0o600 });
      await rename(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
    return path;
  }

  /** Files of other versions. A server that still runs has them open. */
  private async sweep(name: string, prefix: string): Promise<void> {
    try {
      const old = (await readdir(this.directory)).filter(
        (each) => each.startsWith(`${name}-`) && !each.startsWith(prefix),
      );
      await Promise.all(old.map((each) => rm(join(this.directory, each), { force: true })));
    } catch {
      // The next start tries again.
    }
  }
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return shorten(hash);
}

const shorten = (hash: ReturnType<typeof createHash>): string => hash.digest('hex').slice(0, 32);
