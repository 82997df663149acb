import { createHash, randomUUID, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../../common/errors/app-error';
import type { ByteRange, FileContent } from '../../../common/http/answers/file-response';
import { nowSeconds } from '../../../common/util/time';
import { Transaction } from '../../database/transaction';
import { StorageDriver, type PutOptions } from '../storage-driver';
import type { BlobReference } from './blob-reference.entity';
import { BlobsRepository, type StoredBlob } from './blobs.repository';

/** Seconds between signs of life of a write. */
const TOUCH_EVERY = 10 * 60;

/**
 * Content of any size, stored once however many rows refer to it (docs/adr/0042-blobs.md). A module writes the content,
 * then adds a reference in the transaction that inserts its row, and releases it in the one that deletes the row. Content
 * without a reference stays for a day after it was written, then `UnusedBlobsJob` removes it. A crash at any point loses
 * nothing that is referenced and leaves nothing that is not found again.
 */
@Injectable()
export class BlobStore {
  constructor(
    private readonly storage: StorageDriver,
    private readonly blobs: BlobsRepository,
    private readonly transaction: Transaction,
  ) {}

  /**
   * Streams content into the storage; equal content is kept once. Not inside of a transaction: it waits for the storage.
   * @throws PayloadTooLargeError when the content is longer than `maxBytes`; whatever the content throws.
   */
  async write(content: AsyncIterable<Uint8Array>, options: PutOptions = {}): Promise<StoredBlob> {
    const id = randomUUID();
    const key = `blobs/${id.slice(0, 2)}/${id}`;
    await this.blobs.insertWriting(id, key, nowSeconds());
    const hash = createHash('sha256');
    let stored: StoredBlob | null = null;
    try {
      const size = await this.storage.put(key, this.watched(id, content, hash), options);
      stored = await this.finish({ id, key, size }, hash.digest('hex'));
      return stored;
    } finally {
      if (stored?.id !== id) await this.giveUp(id, key);
    }
  }

  /**
   * Removes content that its writer has no use for, rather than in a day. It stays if it has a reference, or another
   * write has brought the same content.
   */
  async discard({ id, key }: StoredBlob): Promise<void> {
    if (await this.transaction.run(() => this.blobs.retireUnclaimed(id))) await this.remove(id, key);
  }

  /**
   * Adds a reference, in the transaction that inserts the referring row.
   * @throws NotFoundError when the blob was written more than a day ago and has been removed.
   */
  async addReference(reference: BlobReference): Promise<void> {
    if (!(await this.blobs.insertReference(reference))) throw new NotFoundError();
  }

  /** In the transaction that deletes the referring rows. Unknown ones are ignored. */
  release(kind: string, ids: readonly string[]): Promise<void> {
    return this.blobs.deleteReferences(kind, ids);
  }

  /** By the id of the referring row; rows without a blob are missing. */
  async find(kind: string, ids: readonly string[]): Promise<Map<string, StoredBlob>> {
    if (ids.length === 0) return new Map();
    return new Map((await this.blobs.findReferenced(kind, ids)).map(({ id, blob }) => [id, blob]));
  }

  /** @throws StoredObjectMissingError */
  open({ key }: Pick<StoredBlob, 'key'>, range?: ByteRange): Promise<Readable> {
    return this.storage.get(key, range);
  }

  /** For a `FileResponse`. */
  contentOf(blob: StoredBlob): FileContent {
    return { size: blob.size, open: (range) => this.open(blob, range) };
  }

  /** Bytes that an account occupies. */
  sizeOf(ownerId: string): Promise<number> {
    return this.blobs.sizeOf(ownerId);
  }

  private async *watched(id: string, content: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
    let touchedAt = nowSeconds();
    for await (const part of content) {
      hash.update(part);
      yield part;
      if (nowSeconds() - touchedAt < TOUCH_EVERY) continue;
      touchedAt = nowSeconds();
      await this.blobs.touch(id, touchedAt);
    }
  }

  /** The blob of this content: the one that has just been written, or an older one. */
  private finish(written: StoredBlob, hash: string): Promise<StoredBlob> {
    return this.transaction.run(async () => {
      await this.blobs.lockContent(hash);
      const known = await this.blobs.claim(hash, nowSeconds());
      if (known) return known;
      const isStored = await this.blobs.markStored(written.id, hash, written.size, nowSeconds());
      if (!isStored) throw new Error('The write was given up while it was running');
      return written;
    });
  }

  /** A failed commit may have taken effect, so only the row decides. */
  private async giveUp(id: string, key: string): Promise<void> {
    if (!(await this.blobs.isStoredAfterGivingUp(id).catch(() => true))) await this.remove(id, key);
  }

  /** What fails here is left to `UnusedBlobsJob`, which finds the row. */
  private async remove(id: string, key: string): Promise<void> {
    try {
      await this.storage.delete(key);
      await this.blobs.delete(id);
    } catch {
      // The row remains.
    }
  }
}
