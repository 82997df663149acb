import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { PayloadTooLargeError } from '../../../common/errors/app-error';
import {
  assertStorageKey,
  StorageDriver,
  StoredObjectMissingError,
  type ByteRange,
  type PutOptions,
  type StoredObject,
} from '../storage-driver';

/** No key begins with a dot, so no object can be in here. */
const INCOMING = '.incoming';
/** Milliseconds after which an unfinished file is what a killed process left behind. */
const ABANDONED = 24 * 60 * 60 * 1000;

/** Files below one directory. What `put` has answered survives a loss of power. */
export class LocalDriver extends StorageDriver {
  constructor(private readonly root: string) {
    super();
  }

  override async put(key: string, content: AsyncIterable<Uint8Array>, { maxBytes }: PutOptions = {}): Promise<number> {
    const target = this.pathOf(key);
    const incoming = join(this.root, INCOMING, randomUUID());
    await mkdir(dirname(incoming), { recursive: true });
    try {
      const size = await write(incoming, content, maxBytes ?? Infinity);
      await mkdir(dirname(target), { recursive: true });
      await rename(incoming, target);
      await sync(dirname(target));
      return size;
    } catch (error) {
      await rm(incoming, { force: true });
      throw error;
    }
  }

  override async get(key: string, range?: ByteRange): Promise<Readable> {
    const file = await open(this.pathOf(key)).catch(ignoreMissing);
    if (!file) throw new StoredObjectMissingError(key);
    if ((await file.stat()).isFile()) return file.createReadStream(range);
    await file.close();
    throw new StoredObjectMissingError(key);
  }

  override async find(key: string): Promise<StoredObject | null> {
    const stats = await stat(this.pathOf(key)).catch(ignoreMissing);
    return stats?.isFile() ? { size: stats.size, updatedAt: Math.floor(stats.mtimeMs / 1000) } : null;
  }

  override async delete(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  /** Removes what uploads left that were cut off by the end of a process. */
  async removeAbandoned(): Promise<void> {
    const folder = join(this.root, INCOMING);
    for (const name of (await readdir(folder).catch(ignoreMissing)) ?? []) {
      const stats = await stat(join(folder, name)).catch(ignoreMissing);
      if (stats && Date.now() - stats.mtimeMs > ABANDONED) await rm(join(folder, name), { force: true });
    }
  }

  private pathOf(key: string): string {
    assertStorageKey(key);
    return join(this.root, key);
  }
}

async function write(path: string, content: AsyncIterable<Uint8Array>, maxBytes: number): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  try {
    const size = await append(file, content, maxBytes);
    await file.sync();
    return size;
  } finally {
    await file.close();
  }
}

async function append(file: FileHandle, content: AsyncIterable<Uint8Array>, maxBytes: number): Promise<number> {
  let size = 0;
  for await (const chunk of content) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new PayloadTooLargeError();
    await file.writeFile(chunk);
  }
  return size;
}

/** Makes a rename in the directory durable. */
async function sync(directory: string): Promise<void> {
  const handle = await open(directory);
  await handle.sync().finally(() => handle.close());
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
