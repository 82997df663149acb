import { Injectable } from '@nestjs/common';
import { nowSeconds } from '../../../common/util/time';
import { Database } from '../../../platform/database/database';
import { ClusterBus, NODE_LOCK } from '../../../platform/events/cluster-bus';
import type { DocumentScope } from './document-scope';
import { scopeParameters, scopeSql } from './scope-sql';
import { SourceDocument } from './source-document.entity';

/** Where a document belongs: to a file, or into a collection of an account. */
export type DocumentPlace = { fileId: string } | { ownerId: string; collectionName: string };

export interface DocumentTotals {
  chunkCount: number;
  termCount: number;
  extraCount: number;
  languages: string[];
}

/** Documents (`d`) whose writing ended with its process, `$1` being `NODE_LOCK`. */
const IS_ABANDONED = `NOT d.is_ready AND NOT EXISTS (
  SELECT FROM pg_locks l
  WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted AND l.classid = $1::oid AND l.objid = d.writer::oid
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))`;

const parametersOf = (place: DocumentPlace): [string | null, string | null, string | null] =>
  'fileId' in place ? [place.fileId, null, null] : [null, place.ownerId, place.collectionName];

/** Documents (`d`) of the place in `$2` to `$4`. */
const IN_PLACE = `(d.file_id = $2 OR (d.file_id IS NULL AND d.owner_id = $3 AND d.collection_name = $4))`;

@Injectable()
export class DocumentsRepository {
  constructor(
    private readonly database: Database,
    private readonly cluster: ClusterBus,
  ) {}

  /** Begins a document, and removes what writers that ended halfway left in the same place. */
  async begin(document: Pick<SourceDocument, 'id' | 'name' | 'hash' | 'metadata' | 'expiresAt'>, place: DocumentPlace) {
    const { id, name, hash, metadata, expiresAt } = document;
    const [fileId, ownerId, collectionName] = parametersOf(place);
    await this.database.query(
      `WITH abandoned AS (DELETE FROM source_document d WHERE ${IS_ABANDONED} AND ${IN_PLACE})
       INSERT INTO source_document (id, file_id, owner_id, collection_name, name, hash, metadata, expires_at, writer,
         created_at, is_ready, chunk_count, term_count, extra_count, languages, vector_count)
       VALUES ($5, $2, $3, $4, $6, $7, $8::jsonb, $9, $10, $11, false, 0, 0, 0, '{}', 0)`,
      [
        ...[NODE_LOCK, fileId, ownerId, collectionName, id, name, hash, JSON.stringify(metadata), expiresAt],
        ...[this.cluster.nodeId, nowSeconds()],
      ],
    );
  }

  /** Serialises the writers of a place until the transaction ends. */
  async lock(place: DocumentPlace): Promise<void> {
    const key = JSON.stringify(parametersOf(place));
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [key]);
  }

  /** Makes the document the one that is read. @returns false when it was deleted meanwhile, with its file for example. */
  async finish(id: string, { chunkCount, termCount, extraCount, languages }: DocumentTotals): Promise<boolean> {
    const rows = await this.database.query(
      `WITH newest AS (
         SELECT space_id, count(*) AS count FROM chunk_vector WHERE document_id = $1
         GROUP BY space_id ORDER BY count(*) DESC LIMIT 1),
       done AS (
         UPDATE source_document SET is_ready = true, chunk_count = $2, term_count = $3, extra_count = $4, languages = $5,
           space_id = (SELECT space_id FROM newest), vector_count = coalesce((SELECT count FROM newest), 0)
         WHERE id = $1 RETURNING id)
       SELECT id FROM done`,
      [id, chunkCount, termCount, extraCount, languages],
    );
    return rows.length === 1;
  }

  /**
   * Withdraws the other documents of the place from all readers; of a collection those with this name and text, or all.
   * @returns their ids, for `delete`.
   */
  async withdrawOthers(id: string, place: DocumentPlace, isWhole: boolean): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `WITH withdrawn AS (
         UPDATE source_document d SET is_ready = false, writer = 0
         FROM source_document own
         WHERE own.id = $1 AND d.id <> $1 AND d.is_ready AND ${IN_PLACE}
           AND ($5 OR (d.name = own.name AND d.hash = own.hash)) RETURNING d.id)
       SELECT id FROM withdrawn`,
      [id, ...parametersOf(place), isWhole],
    );
    return rows.map((row) => row.id);
  }

  async delete(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.database.repository(SourceDocument).delete([...ids]);
  }

  async deleteUnfinished(id: string): Promise<void> {
    await this.database.repository(SourceDocument).delete({ id, isReady: false });
  }

  /** Deletes documents of the scope, of each collection or file all of them; of those only the ones with the hash, if given. */
  async deleteIn(scope: DocumentScope, hash?: string): Promise<number> {
    const [row] = await this.database.query<{ count: string }>(
      `WITH deleted AS (
         DELETE FROM source_document d WHERE ${scopeSql(1)} AND ($4::text IS NULL OR d.hash = $4) RETURNING 1)
       SELECT count(*) FROM deleted`,
      [...scopeParameters(scope), hash ?? null],
    );
    return Number(row?.count ?? 0);
  }

  async existsIn(scope: DocumentScope, hash?: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 FROM source_document d
       WHERE ${scopeSql(1)} AND d.is_ready AND ($4::text IS NULL OR d.hash = $4) LIMIT 1`,
      [...scopeParameters(scope), hash ?? null],
    );
    return rows.length > 0;
  }

  findIn(scope: DocumentScope): Promise<DocumentBrief[]> {
    return this.database.query(
      `SELECT d.id, d.file_id AS "fileId", d.collection_name AS "collectionName", d.name, d.hash,
         d.chunk_count AS "chunkCount", d.created_at::float8 AS "createdAt"
       FROM source_document d WHERE ${scopeSql(1)} AND d.is_ready ORDER BY d.created_at, d.id`,
      scopeParameters(scope),
    );
  }

  async deleteAll(): Promise<void> {
    await this.database.query('TRUNCATE source_document, chunk, chunk_terms, chunk_vector, embedding_cache CASCADE');
  }

  /** Deletes what expired, what was withdrawn, and what writers left that ended halfway. */
  async deleteRemains(): Promise<void> {
    await this.database.query(`DELETE FROM source_document d WHERE (${IS_ABANDONED}) OR d.expires_at <= $2`, [
      NODE_LOCK,
      nowSeconds(),
    ]);
  }
}

export interface DocumentBrief {
  id: string;
  fileId: string | null;
  collectionName: string | null;
  name: string;
  hash: string;
  chunkCount: number;
  createdAt: number;
}
