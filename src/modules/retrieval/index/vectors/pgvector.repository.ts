import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database';
import { fromBytes } from '../../embedding/vectors';
import type { EmbeddingSpace } from '../../embedding/embedding-space.entity';
import type { DocumentScope } from '../document-scope';
import { scopeParameters, scopeSql } from '../scope-sql';
import type { NewVector } from './vector-store';
import type { StoredVector } from './vectors.repository';

/** Largest `halfvec` that an HNSW index takes. */
const MAX_INDEXED = 4000;
/** Largest `hnsw.ef_search`. */
const MAX_EF = 1000;
/** Candidates per result: more find more of the true neighbours. */
const EF_FACTOR = 4;
/** Any number: serialises the nodes that create the table. */
const SETUP_LOCK = 0x70677665;

/** pgvector's own text form. */
const toText = (vector: Float32Array): string => `[${vector.join(',')}]`;

@Injectable()
export class PgvectorRepository {
  constructor(private readonly database: Database) {}

  /** Whether the extension is in the database, or can be made there. */
  async isAvailable(): Promise<boolean> {
    const rows = await this.database.query(`SELECT 1 FROM pg_available_extensions WHERE name = 'vector'`);
    return rows.length > 0;
  }

  /** Creates the extension and the table; in a transaction. */
  async setUp(): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock($1)', [SETUP_LOCK]);
    await this.database.query('CREATE EXTENSION IF NOT EXISTS vector');
    await this.database.query(`
      CREATE TABLE IF NOT EXISTS chunk_pgvector (
        chunk_id bigint PRIMARY KEY REFERENCES chunk ON DELETE CASCADE,
        document_id text NOT NULL,
        space_id integer NOT NULL,
        embedding halfvec NOT NULL
      )`);
    await this.database.query(
      'CREATE INDEX IF NOT EXISTS chunk_pgvector_document ON chunk_pgvector (document_id, space_id)',
    );
  }

  /** Creates the index of a space, unless its vectors are too long for one. */
  async createIndex({ id, dimensions }: EmbeddingSpace): Promise<void> {
    if (dimensions > MAX_INDEXED) return;
    await this.database.query(
      `CREATE INDEX IF NOT EXISTS chunk_pgvector_space_${id} ON chunk_pgvector
       USING hnsw ((embedding::halfvec(${dimensions})) halfvec_cosine_ops) WHERE space_id = ${id}`,
    );
  }

  async put(spaceId: number, documentId: string, vectors: readonly NewVector[]): Promise<void> {
    await this.database.query(
      `INSERT INTO chunk_pgvector (chunk_id, document_id, space_id, embedding)
       SELECT v.id, $2, $1, v.embedding::halfvec FROM unnest($3::bigint[], $4::text[]) AS v (id, embedding)
       ON CONFLICT (chunk_id) DO UPDATE SET space_id = excluded.space_id, embedding = excluded.embedding`,
      [spaceId, documentId, vectors.map(({ chunkId }) => chunkId), vectors.map(({ vector }) => toText(vector))],
    );
  }

  /** Vectors that are stored, but not in the table of this driver yet. */
  async findMissing(limit: number): Promise<(StoredVector & { spaceId: number })[]> {
    return this.database.query(
      `SELECT v.chunk_id AS "chunkId", v.document_id AS "documentId", v.space_id AS "spaceId", v.vector
       FROM chunk_vector v
       WHERE NOT EXISTS (SELECT FROM chunk_pgvector p WHERE p.chunk_id = v.chunk_id AND p.space_id = v.space_id)
       ORDER BY v.chunk_id LIMIT $1`,
      [limit],
    );
  }

  /** Copies stored vectors into the table of this driver. */
  async copy(rows: readonly (StoredVector & { spaceId: number })[]): Promise<void> {
    await this.database.query(
      `INSERT INTO chunk_pgvector (chunk_id, document_id, space_id, embedding)
       SELECT c.id, v.document_id, v.space_id, v.embedding::halfvec
       FROM unnest($1::bigint[], $2::text[], $3::integer[], $4::text[]) AS v (id, document_id, space_id, embedding)
         JOIN chunk c ON c.id = v.id
       ON CONFLICT (chunk_id) DO UPDATE SET space_id = excluded.space_id, embedding = excluded.embedding`,
      [
        rows.map(({ chunkId }) => chunkId),
        rows.map(({ documentId }) => documentId),
        rows.map(({ spaceId }) => spaceId),
        rows.map(({ vector }) => toText(fromBytes(vector))),
      ],
    );
  }

  /** All chunks of the scope are compared: for scopes that are small beside the index. */
  searchExactly(scope: DocumentScope, space: EmbeddingSpace, queries: readonly Float32Array[], limit: number) {
    return this.database.query<VectorRow>(
      `WITH candidate AS MATERIALIZED (
         SELECT p.chunk_id, p.embedding FROM chunk_pgvector p JOIN source_document d ON d.id = p.document_id
         WHERE ${scopeSql(3)} AND d.is_ready AND p.space_id = ${space.id})
       SELECT q.number::integer AS query, n.chunk_id AS "chunkId", 1 - n.distance AS cosine
       FROM unnest($1::text[]) WITH ORDINALITY AS q (vector, number) CROSS JOIN LATERAL (
         SELECT c.chunk_id, c.embedding <=> q.vector::halfvec AS distance FROM candidate c ORDER BY distance LIMIT $2) n`,
      [queries.map(toText), limit, ...scopeParameters(scope)],
    );
  }

  /** By the index, which is scanned until enough chunks of the scope are found; in a transaction. */
  async searchIndex(scope: DocumentScope, space: EmbeddingSpace, queries: readonly Float32Array[], limit: number) {
    const { id, dimensions } = space;
    const ef = Math.min(MAX_EF, Math.max(100, EF_FACTOR * limit));
    await this.database.query(
      `SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', $1, true)`,
      [String(ef)],
    );
    return this.database.query<VectorRow>(
      `SELECT q.number::integer AS query, n.chunk_id AS "chunkId", 1 - n.distance AS cosine
       FROM unnest($1::text[]) WITH ORDINALITY AS q (vector, number) CROSS JOIN LATERAL (
         SELECT p.chunk_id, p.embedding::halfvec(${dimensions}) <=> q.vector::halfvec(${dimensions}) AS distance
         FROM chunk_pgvector p JOIN source_document d ON d.id = p.document_id
         WHERE ${scopeSql(3)} AND d.is_ready AND p.space_id = ${id}
         ORDER BY p.embedding::halfvec(${dimensions}) <=> q.vector::halfvec(${dimensions}) LIMIT $2) n`,
      [queries.map(toText), limit, ...scopeParameters(scope)],
    );
  }
}

export interface VectorRow {
  /** From 1. */
  query: number;
  chunkId: string;
  cosine: number;
}
