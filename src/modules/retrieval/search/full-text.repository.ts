import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import type { DocumentScope } from '../index/document-scope';
import { scopeParameters, scopeSql } from '../index/scope-sql';
import { termsSql } from '../index/text/languages';

/** A word of a query, and what it is in one language of the scope. */
export interface StemmedWord {
  query: number;
  word: number;
  language: string;
  /** None for a stop word. */
  lexemes: string[];
}

/** A term of a query, by the number of the query. */
export interface QueryTerm {
  query: number;
  /** Of the query; terms of one word are forms of it in several languages. */
  word: number;
  lexeme: string;
  /** Matches what begins with the lexeme. */
  isPrefix?: boolean;
  /** Of its score. */
  share: number;
}

export interface ScoredChunk {
  query: number;
  chunkId: string;
  score: number;
  /** Score of a chunk of average length that has every word of the query once. */
  fullScore: number;
}

/** Parameters of BM25: how soon a repeated term stops to count, and how much the length of a chunk matters. */
const K1 = 1.5;
const B = 0.75;

/** One chunk in so many is in the index `chunk_terms_sample`. */
const SAMPLE = 128;
/** Fewer chunks of the sample with a term tell little. */
const MIN_SAMPLED = 4;
/** Chunks that are scored at most. A search for nothing but common words does not read all of a large collection. */
const MAX_CANDIDATES = 10_000;
const MAX_FILLERS = 5000;

/** Occurrences of one term: each is a match of its own, of weight 1. */
const occurrences = (terms: string): string => `ts_rank_cd('{1,1,1,1}', ${terms}, term.query)`;

/** BM25 over the chunks of the documents in scope, by their own statistics. */
@Injectable()
export class FullTextRepository {
  constructor(private readonly database: Database) {}

  /** The words in each language that documents of the scope are in, and the chunks of the scope. */
  async stem(scope: DocumentScope, words: readonly { query: number; word: number; text: string }[]) {
    const rows = await this.database.query<StemmedWord & { size: number }>(
      `WITH scope AS MATERIALIZED (
         SELECT d.languages, d.chunk_count FROM source_document d WHERE ${scopeSql(1)} AND d.is_ready),
       languages AS (SELECT DISTINCT unnest(languages) AS language FROM scope)
       SELECT w.query, w.word, l.language, tsvector_to_array(${termsSql('l.language', 'w.text')}) AS lexemes,
         (SELECT sum(chunk_count)::float8 FROM scope) AS size
       FROM languages l CROSS JOIN unnest($4::integer[], $5::integer[], $6::text[]) AS w (query, word, text)`,
      [
        ...scopeParameters(scope),
        words.map(({ query }) => query),
        words.map(({ word }) => word),
        words.map(({ text }) => text),
      ],
    );
    return { words: rows, size: rows[0]?.size ?? 0 };
  }

  /** Estimates in how many chunks of the scope each form of a term is, by a sample; 0 for rare ones. */
  async estimate(scope: DocumentScope, forms: readonly string[]): Promise<number[]> {
    const rows = await this.database.query<{ count: number }>(
      `WITH scope AS MATERIALIZED (SELECT d.id FROM source_document d WHERE ${scopeSql(1)} AND d.is_ready)
       SELECT ${SAMPLE} * found.count AS count FROM unnest($4::text[]) WITH ORDINALITY AS f (form, number)
         CROSS JOIN LATERAL (
           SELECT count(*)::integer AS count FROM chunk_terms t JOIN scope ON scope.id = t.document_id
           WHERE t.terms @@ f.form::tsquery AND t.chunk_id % ${SAMPLE} = 0) found
       ORDER BY f.number`,
      [...scopeParameters(scope), forms],
    );
    return rows.map(({ count }) => (count >= SAMPLE * MIN_SAMPLED ? count : 0));
  }

  /** The best `limit` chunks for each query, best first. */
  score(
    scope: DocumentScope,
    terms: readonly QueryTerm[],
    { limit, isEnriched, forms, required, fillers, counts }: ScoreOptions,
  ): Promise<ScoredChunk[]> {
    const columns = isEnriched
      ? 't.chunk_id, t.terms || t.extra AS terms, t.term_count + t.extra_count AS length'
      : 't.chunk_id, t.terms, t.term_count AS length';
    const has = (query: string) =>
      isEnriched ? `(t.terms @@ ${query}::tsquery OR t.extra @@ ${query}::tsquery)` : `t.terms @@ ${query}::tsquery`;
    return this.database.query(
      `WITH scope AS MATERIALIZED (
         SELECT d.id, d.chunk_count, ${isEnriched ? 'd.term_count + d.extra_count' : 'd.term_count'} AS length
         FROM source_document d WHERE ${scopeSql(1)} AND d.is_ready),
       corpus AS (
         SELECT sum(chunk_count)::float8 AS size, greatest(sum(length)::float8 / nullif(sum(chunk_count), 0), 1) AS mean_length
         FROM scope),
       term AS MATERIALIZED (
         SELECT number, form::tsquery AS query, estimated
         FROM unnest($4::text[], $11::integer[]) WITH ORDINALITY AS f (form, estimated, number)),
       candidate AS (
         (SELECT ${columns} FROM chunk_terms t JOIN scope ON scope.id = t.document_id
          WHERE ${has('$5')} LIMIT ${MAX_CANDIDATES})
         UNION ALL
         (SELECT ${columns} FROM chunk_terms t JOIN scope ON scope.id = t.document_id
          WHERE ${has('$12')} AND NOT ${has('$5')} LIMIT ${MAX_FILLERS})),
       occurrence AS MATERIALIZED (
         SELECT candidate.chunk_id, candidate.length, found.number, found.count
         FROM candidate CROSS JOIN LATERAL (
           SELECT number, ${occurrences('candidate.terms')}::float8 AS count FROM term OFFSET 0) found
         WHERE found.count > 0),
       frequency AS (
         SELECT number, CASE WHEN estimated > 0 THEN least(estimated, corpus.size) ELSE count(*) END AS count, corpus.size
         FROM occurrence JOIN term USING (number) CROSS JOIN corpus GROUP BY number, estimated, corpus.size),
       weight AS (SELECT number, ln(1 + (size - count + 0.5) / (count + 0.5)) AS idf FROM frequency),
       asked AS (
         SELECT * FROM unnest($6::integer[], $7::integer[], $9::float8[], $10::integer[]) AS a (query, number, share, word)),
       word AS (
         SELECT query, coalesce(max(idf) FILTER (WHERE share = 1), ln(1 + (corpus.size + 0.5) / 0.5)) AS idf
         FROM asked CROSS JOIN corpus LEFT JOIN weight USING (number) GROUP BY query, word, corpus.size),
       whole AS (SELECT query, sum(idf) AS score FROM word GROUP BY query),
       scored AS (
         SELECT asked.query, o.chunk_id,
           sum(share * idf * o.count * ${K1 + 1} / (o.count + ${K1} * (${1 - B} + ${B} * o.length / corpus.mean_length))) AS score
         FROM occurrence o JOIN weight USING (number) CROSS JOIN corpus JOIN asked USING (number)
         GROUP BY asked.query, o.chunk_id),
       ranked AS (
         SELECT *, row_number() OVER (PARTITION BY query ORDER BY score DESC, chunk_id) AS rank FROM scored)
       SELECT query, chunk_id AS "chunkId", ranked.score, whole.score AS "fullScore"
       FROM ranked JOIN whole USING (query) WHERE rank <= $8 ORDER BY query, rank`,
      [
        ...scopeParameters(scope),
        forms,
        required.join(' | '),
        terms.map(({ query }) => query),
        terms.map((term) => forms.indexOf(formOf(term)) + 1),
        limit,
        terms.map(({ share }) => share),
        terms.map(({ word }) => word),
        counts,
        fillers.join(' | '),
      ],
    );
  }
}

interface ScoreOptions {
  limit: number;
  isEnriched: boolean;
  /** Of the terms, each once; see `formOf`. */
  forms: readonly string[];
  /** Chunks with one of these forms are scored. */
  required: readonly string[];
  /** A part of the chunks with one of these forms is scored as well. */
  fillers: readonly string[];
  /** Chunks that have each form; 0: it is required, so that its matches tell. */
  counts: readonly number[];
}

/** The term as a `tsquery`. Lexemes consist of letters, digits and marks. */
export const formOf = ({ lexeme, isPrefix }: QueryTerm): string =>
  `'${lexeme.replaceAll("'", "''").replaceAll('\\', '\\\\')}'${isPrefix ? ':*' : ''}`;
