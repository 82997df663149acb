import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database';
import { toBytes } from '../../embedding/vectors';
import type { DocumentScope } from '../document-scope';
import { scopeParameters, scopeSql } from '../scope-sql';
import type { NewVector } from './vector-store';

/** A document and how many vectors it has; both together identify what is in memory. */
export interface VectorDocument {
  id: string;
  vectorCount: number;
}

export interface StoredVector {
  chunkId: string;
  documentId: string;
  vector: Buffer;
}

@Injectable()
export class VectorsRepository {
  constructor(private readonly database: Database) {}

  /** Stores the vectors; those of another space are replaced. */
  async put(spaceId: number, documentId: string, vectors: readonly NewVector[]): Promise<void> {
    await this.database.query(
      `INSERT INTO chunk_vector (chunk_id, document_id, space_id, vector)
       SELECT v.id, $2, $1, v.vector FROM unnest($3::bigint[], $4::bytea[]) AS v (id, vector)
       ON CONFLICT (chunk_id) DO UPDATE SET space_id = excluded.space_id, vector = excluded.vector`,
      [spaceId, documentId, vectors.map(({ chunkId }) => chunkId), vectors.map(({ vector }) => toBytes(vector))],
    );
  }

  /** The documents of the scope with vectors of the space, and how many chunks the scope has. */
  async findDocuments(scope: DocumentScope, spaceId: number) {
    const rows = await this.database.query<VectorDocument & { chunkCount: number }>(
      `SELECT d.id, d.chunk_count AS "chunkCount",
         CASE WHEN d.space_id = $4 THEN d.vector_count ELSE 0 END AS "vectorCount"
       FROM source_document d WHERE ${scopeSql(1)} AND d.is_ready ORDER BY d.id`,
      [...scopeParameters(scope), spaceId],
    );
    return {
      documents: rows.filter(({ vectorCount }) => vectorCount > 0),
      isComplete: rows.every(({ vectorCount, chunkCount }) => vectorCount === chunkCount),
    };
  }

  /** At most `limit` vectors of the documents, by document and chunk; of a single document those after a chunk. */
  page(
    spaceId: number,
    documentIds: readonly string[],
    { afterChunk = '0', limit }: { afterChunk?: string; limit: number },
  ): Promise<StoredVector[]> {
    return this.database.query(
      `SELECT v.chunk_id AS "chunkId", v.document_id AS "documentId", v.vector
       FROM chunk_vector v
       WHERE v.document_id = ANY ($2::text[]) AND v.space_id = $1 AND v.chunk_id > $3::bigint
       ORDER BY v.document_id, v.chunk_id LIMIT $4`,
      [spaceId, documentIds, afterChunk, limit],
    );
  }
}
