import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../../common/util/json';
import { Database } from '../../../platform/database/database';
import { fromBytes } from '../embedding/vectors';
import type { DocumentScope } from '../index/document-scope';
import { scopeParameters, scopeSql } from '../index/scope-sql';

/** A passage that was found. */
export interface Passage {
  chunkId: string;
  documentId: string;
  fileId: string | null;
  /** Of the document: file name, title or URL. */
  name: string;
  text: string;
  metadata: JsonObject;
}

@Injectable()
export class HitsRepository {
  constructor(private readonly database: Database) {}

  /** Chunks of the scope by id, with their vectors in the space; those that were deleted meanwhile are missing. */
  async find(
    scope: DocumentScope,
    ids: readonly string[],
    spaceId: number | null,
  ): Promise<Map<string, { passage: Passage; vector: Float32Array | null }>> {
    const rows = await this.database.query<Passage & { vector: Buffer | null }>(
      `SELECT c.id AS "chunkId", c.document_id AS "documentId", d.file_id AS "fileId", d.name, c.text, c.metadata, v.vector
       FROM chunk c JOIN source_document d ON d.id = c.document_id
         LEFT JOIN chunk_vector v ON v.chunk_id = c.id AND v.space_id = $5
       WHERE c.id = ANY ($4::bigint[]) AND ${scopeSql(1)} AND d.is_ready`,
      [...scopeParameters(scope), ids, spaceId],
    );
    return new Map(
      rows.map(({ vector, ...passage }) => [passage.chunkId, { passage, vector: vector && fromBytes(vector) }]),
    );
  }
}
