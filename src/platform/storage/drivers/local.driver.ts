import { randomUUID } from 'node:crypto';
import { mkdir, open, opendir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { PayloadTooLargeError } from '../../../common/errors/app-error';
import type { ByteRange } from '../../../common/http/answers/file-response';
import { BatchWriter } from './batch-writer';
import {
  assertStorageKey,
  isStorageKey,
  StorageDriver,
  StoredObjectMissingError,
  type ListedObject,
  type PutOptions,
  type StoredObject,
} from '../storage-driver';

/** Keys never begin with a dot, so no object can be in here. */
const INCOMING = '.incoming';
/** Age in milliseconds from which an unfinished file belongs to a process that is gone. */
const ABANDONED = 24 * 60 * 60 * 1000;

/** Files below one directory. Once `put` has resolved, the object survives a power failure. */
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

  override async *list(prefix: string): AsyncGenerator<ListedObject> {
    const folder = await opendir(this.pathOf(prefix), { recursive: true }).catch(ignoreMissing);
    for await (const entry of folder ?? []) {
      const key = relative(this.root, join(entry.parentPath, entry.name));
      const object = entry.isFile() && isStorageKey(key) ? await this.find(key) : null;
      if (object) yield { key, ...object };
    }
  }

  /** Removes unfinished files of processes that were killed. */
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
  const writer = new BatchWriter(file);
  try {
    let size = 0;
    for await (const chunk of content) {
      size += chunk.byteLength;
      if (size > maxBytes) throw new PayloadTooLargeError();
      await writer.push(chunk);
    }
    await writer.end();
    return size;
  } finally {
    await writer.settled();
    await file.close();
  }
}

/** Makes a rename in the directory durable. */
async function sync(directory: string): Promise<void> {
  const handle = await open(directory);
  await handle.sync().finally(() => handle.close());
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
