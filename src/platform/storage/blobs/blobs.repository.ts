import { Injectable } from '@nestjs/common';
import type { QueryDeepPartialEntity } from 'typeorm';
import { Database } from '../../database/database';
import { BlobReference } from './blob-reference.entity';
import { Blob } from './blob.entity';

/** Content that is complete. */
export type StoredBlob = Pick<Blob, 'id' | 'key' | 'size'>;

/** `id` is that of the referring row. */
export interface ReferencedBlob {
  id: string;
  blob: StoredBlob;
}

const IS_UNUSED = 'NOT EXISTS (SELECT FROM blob_reference r WHERE r.blob_id = blob.id)';

@Injectable()
export class BlobsRepository {
  constructor(private readonly database: Database) {}

  async insertWriting(id: string, key: string, now: number): Promise<void> {
    await this.blobs.insert({ id, key, hash: null, size: 0, state: 'writing', claimedAt: now, claims: 1 });
  }

  /** Until the end of the transaction no other one stores this content. */
  async lockContent(hash: string): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`blob ${hash}`]);
  }

  /** The stored content with this hash, kept from now on for a day without a reference. */
  async claim(hash: string, now: number): Promise<StoredBlob | null> {
    const claimed = { claimedAt: now, claims: () => 'claims + 1' };
    const changed = await this.update(claimed, `hash = :hash AND state = 'stored'`, { hash });
    if (!changed) return null;
    const { id, key, size } = await this.blobs.findOneByOrFail({ hash });
    return { id, key, size };
  }

  /** False when the write was given up by `retireUnused`. */
  async markStored(id: string, hash: string, size: number, now: number): Promise<boolean> {
    const stored = { hash, size, state: 'stored', claimedAt: now } as const;
    return (await this.update(stored, `id = :id AND state = 'writing'`, { id })) > 0;
  }

  /** Ends a write. True when it had completed before. */
  async isStoredAfterGivingUp(id: string): Promise<boolean> {
    await this.update({ state: 'removed' }, `id = :id AND state = 'writing'`, { id });
    return this.blobs.existsBy({ id, state: 'stored' });
  }

  /** Keeps a write that takes long. */
  async touch(id: string, now: number): Promise<void> {
    await this.update({ claimedAt: now }, 'id = :id', { id });
  }

  /**
   * Removes blobs without references whose last write was at `since` (Unix seconds) or before, as far as deleting their
   * objects is left to do. The rows are locked first and looked at again afterwards: a reference that is being added
   * holds a lock, and its row is skipped.
   * @returns how many; call it again until that is 0.
   */
  async retireUnused(since: number, limit: number): Promise<number> {
    const candidates = await this.database.query<{ id: string }>(
      `SELECT id FROM blob WHERE state <> 'removed' AND claimed_at <= $1
         AND ${IS_UNUSED}
       LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [since, limit],
    );
    const ids = candidates.map(({ id }) => id);
    return this.update({ state: 'removed', hash: null }, `id = ANY(:ids) AND ${IS_UNUSED}`, { ids });
  }

  /** As `retireUnused`, for content that one write has brought and no other has claimed; in a transaction. */
  async retireUnclaimed(id: string): Promise<boolean> {
    const sql = `SELECT id FROM blob WHERE id = $1 AND state = 'stored' AND claims = 1 FOR UPDATE`;
    if ((await this.database.query(sql, [id])).length === 0) return false;
    return (await this.update({ state: 'removed', hash: null }, `id = :id AND ${IS_UNUSED}`, { id })) > 0;
  }

  findRemoved(after: string, limit: number): Promise<StoredBlob[]> {
    return this.database.query(`SELECT id, key FROM blob WHERE state = 'removed' AND id > $1 ORDER BY id LIMIT $2`, [
      after,
      limit,
    ]);
  }

  async delete(id: string): Promise<void> {
    await this.blobs.delete({ id });
  }

  /** False when the blob is no longer stored. The lock of its row excludes `retireUnused`. */
  async insertReference({ kind, id, blobId, ownerId }: BlobReference): Promise<boolean> {
    const inserted = await this.database.query(
      `INSERT INTO blob_reference (kind, id, blob_id, owner_id)
       SELECT $1, $2, blob.id, $4 FROM blob WHERE blob.id = $3 AND state = 'stored' FOR KEY SHARE
       RETURNING id`,
      [kind, id, blobId, ownerId],
    );
    return inserted.length > 0;
  }

  async deleteReferences(kind: string, ids: readonly string[]): Promise<void> {
    const where = 'kind = :kind AND id = ANY(:ids)';
    await this.database.repository(BlobReference).createQueryBuilder().delete().where(where, { kind, ids }).execute();
  }

  async findReferenced(kind: string, ids: readonly string[]): Promise<ReferencedBlob[]> {
    const rows = await this.database.query<{ id: string; blobId: string; key: string; size: string }>(
      `SELECT r.id, blob.id AS "blobId", key, size FROM blob_reference r JOIN blob ON blob.id = r.blob_id
       WHERE r.kind = $1 AND r.id = ANY($2)`,
      [kind, ids],
    );
    return rows.map(({ id, blobId, key, size }) => ({ id, blob: { id: blobId, key, size: Number(size) } }));
  }

  /** Bytes; content to which several rows of the owner refer counts once. */
  async sizeOf(ownerId: string): Promise<number> {
    const [row] = await this.database.query<{ size: string }>(
      `SELECT coalesce(sum(size), 0) AS size FROM blob
       WHERE id IN (SELECT blob_id FROM blob_reference WHERE owner_id = $1)`,
      [ownerId],
    );
    return Number(row?.size);
  }

  private async update(change: QueryDeepPartialEntity<Blob>, where: string, parameters: object): Promise<number> {
    const result = await this.blobs.createQueryBuilder().update().set(change).where(where, parameters).execute();
    return result.affected ?? 0;
  }

  private get blobs() {
    return this.database.repository(Blob);
  }
}
