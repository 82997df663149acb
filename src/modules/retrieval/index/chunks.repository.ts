import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../../common/util/json';
import { Database } from '../../../platform/database/database';
import type { DocumentScope } from './document-scope';
import { scopeParameters, scopeSql } from './scope-sql';
import { reversedSql, termsSql } from './text/languages';

/** A chunk as it is written. */
export interface NewChunk {
  text: string;
  metadata: JsonObject;
  /** Text search configuration. */
  language: string;
  /** See `searchableText`. */
  words: string;
  /** See `toVectorText`. */
  grams: string;
  /** Words of the enrichment, n-grams included. */
  extraWords: string;
  extraGrams: string;
}

/** A chunk as it is read. */
export interface StoredChunk {
  id: string;
  documentId: string;
  fileId: string | null;
  name: string;
  position: number;
  text: string;
  metadata: JsonObject;
}

const termCount = (terms: string): string =>
  `(SELECT coalesce(sum(cardinality(t.positions)), 0) FROM unnest(${terms}) t)`;

const INSERT = `
  WITH added AS (
    SELECT * FROM unnest($2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
      AS a (position, text, metadata, language, words, grams, extra_words, extra_grams)),
  stored AS (
    INSERT INTO chunk (document_id, position, text, metadata)
    SELECT $1, position, text, metadata::jsonb FROM added ORDER BY position RETURNING id, position),
  analysed AS MATERIALIZED (
    SELECT stored.id, language, ${termsSql('language', 'words')} || grams::tsvector AS terms,
      ${termsSql('language', 'extra_words')} || extra_grams::tsvector AS extra
    FROM added JOIN stored USING (position)),
  indexed AS (
    INSERT INTO chunk_terms (chunk_id, document_id, terms, term_count, extra, extra_count)
    SELECT id, $1, terms || ${reversedSql('language', 'terms')}, ${termCount('terms')}, extra, ${termCount('extra')} FROM analysed
    RETURNING chunk_id, term_count, extra_count)
  SELECT chunk_id AS id, term_count AS "termCount", extra_count AS "extraCount"
  FROM indexed JOIN stored ON stored.id = chunk_id ORDER BY stored.position`;

export interface IndexedChunk {
  id: string;
  termCount: number;
  extraCount: number;
}

@Injectable()
export class ChunksRepository {
  constructor(private readonly database: Database) {}

  /** Appends chunks to a document that is written. @returns them in order, with what they add to its statistics. */
  insert(documentId: string, firstPosition: number, chunks: readonly NewChunk[]): Promise<IndexedChunk[]> {
    const column = (key: keyof NewChunk) => chunks.map((chunk) => chunk[key]);
    return this.database.query(INSERT, [
      documentId,
      chunks.map((_, index) => firstPosition + index),
      column('text'),
      chunks.map(({ metadata }) => JSON.stringify(metadata)),
      column('language'),
      column('words'),
      column('grams'),
      column('extraWords'),
      column('extraGrams'),
    ]);
  }

  /** At most `limit` chunks of the scope, in the order of documents and positions, after the given one. */
  page(scope: DocumentScope, after: Pick<StoredChunk, 'documentId' | 'position'> | null, limit: number) {
    return this.database.query<StoredChunk>(
      `SELECT c.id, c.document_id AS "documentId", d.file_id AS "fileId", d.name, c.position, c.text, c.metadata
       FROM source_document d JOIN chunk c ON c.document_id = d.id
       WHERE ${scopeSql(1)} AND d.is_ready
         AND ($4::text IS NULL OR (c.document_id, c.position) > ($4::text, $5::integer))
       ORDER BY c.document_id, c.position LIMIT $6`,
      [...scopeParameters(scope), after?.documentId ?? null, after?.position ?? null, limit],
    );
  }
}
