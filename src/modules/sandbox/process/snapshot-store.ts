import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';

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
  /** @param built directory with snapshots that came with the build; it is only read, and may be missing. */
  constructor(
    private readonly directory: string,
    private readonly built?: string,
  ) {}

  /** @param key hexadecimal. @param make is called when there is no valid file. */
  async open(name: string, key: string, make: () => Promise<Uint8Array>): Promise<Snapshot> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const known = (await this.find(`${name}-${key}-`)) ?? (await this.findBuilt(`${name}-${key}-`));
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
      if (await isWhole(path, prefix)) return path;
      await rm(path, { force: true });
    }
    return undefined;
  }

  private async findBuilt(prefix: string): Promise<string | undefined> {
    if (this.built === undefined) return undefined;
    try {
      for (const name of await readdir(this.built)) {
        const path = join(this.built, name);
        if (name.startsWith(prefix) && (await isWhole(path, prefix))) return path;
      }
    } catch {
      // Not readable: it is made again.
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

const isWhole = async (path: string, prefix: string): Promise<boolean> =>
  basename(path) === `${prefix}${await hashOfFile(path)}${SUFFIX}`;

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return shorten(hash);
}

const shorten = (hash: ReturnType<typeof createHash>): string => hash.digest('hex').slice(0, 32);
