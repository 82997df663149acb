import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database';

/** Documents (`d`) that lack vectors of the space in `$1`. */
const IS_UNEMBEDDED = `d.is_ready AND d.chunk_count > 0 AND (d.space_id IS DISTINCT FROM $1 OR d.vector_count < d.chunk_count)`;

/** No space has this id. */
export const NO_SPACE = 0;

@Injectable()
export class UnembeddedRepository {
  constructor(private readonly database: Database) {}

  async any(spaceId: number): Promise<boolean> {
    const rows = await this.database.query(`SELECT 1 FROM source_document d WHERE ${IS_UNEMBEDDED} LIMIT 1`, [spaceId]);
    return rows.length > 0;
  }

  /** The first such document after the given one. */
  async findNext(spaceId: number, after: string): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(
      `SELECT d.id FROM source_document d WHERE ${IS_UNEMBEDDED} AND d.id > $2 ORDER BY d.id LIMIT 1`,
      [spaceId, after],
    );
    return row?.id ?? null;
  }

  /** Chunks of the document without a vector of the space, after the given one. */
  findChunks(
    spaceId: number,
    documentId: string,
    after: string,
    limit: number,
  ): Promise<{ id: string; text: string }[]> {
    return this.database.query(
      `SELECT c.id, c.text FROM chunk c
       WHERE c.document_id = $2 AND c.id > $3::bigint
         AND NOT EXISTS (SELECT FROM chunk_vector v WHERE v.chunk_id = c.id AND v.space_id = $1)
       ORDER BY c.id LIMIT $4`,
      [spaceId, documentId, after, limit],
    );
  }

  /** Locks the document until the transaction ends. @returns false when it was deleted meanwhile. */
  async lock(documentId: string): Promise<boolean> {
    const rows = await this.database.query('SELECT 1 FROM source_document WHERE id = $1 FOR UPDATE', [documentId]);
    return rows.length > 0;
  }

  /** Sets the statistics of the document by its vectors. */
  async recount(spaceId: number, documentId: string): Promise<void> {
    await this.database.query(
      `UPDATE source_document SET space_id = $1,
         vector_count = (SELECT count(*) FROM chunk_vector WHERE document_id = $2 AND space_id = $1)
       WHERE id = $2 RETURNING id`,
      [spaceId, documentId],
    );
  }

  async progress(spaceId: number): Promise<{ total: number; done: number }> {
    const [row] = await this.database.query<{ total: number; done: number }>(
      `SELECT coalesce(sum(chunk_count), 0)::float8 AS total,
         coalesce(sum(vector_count) FILTER (WHERE space_id = $1), 0)::float8 AS done
       FROM source_document WHERE is_ready`,
      [spaceId],
    );
    return row ?? { total: 0, done: 0 };
  }
}
