import { Injectable } from '@nestjs/common';
import { Transaction } from '../../../../platform/database/transaction';
import type { EmbeddingSpace } from '../../embedding/embedding-space.entity';
import type { DocumentScope } from '../document-scope';
import { PgvectorRepository, type VectorRow } from './pgvector.repository';
import type { NewVector, VectorMatches, VectorStore } from './vector-store';
import { VectorsRepository } from './vectors.repository';

/** Up to so many vectors are compared one by one: finding few documents in a large index takes longer. */
const MAX_EXACT = 20_000;
const COPY_BATCH = 200;

/** Searches by the extension `vector` of PostgreSQL, in a table beside `chunk_vector`. */
@Injectable()
export class PgvectorDriver implements VectorStore {
  readonly kind = 'pgvector';
  private readonly indexed = new Set<number>();

  constructor(
    private readonly pgvector: PgvectorRepository,
    private readonly vectors: VectorsRepository,
    private readonly transaction: Transaction,
  ) {}

  isAvailable(): Promise<boolean> {
    return this.pgvector.isAvailable();
  }

  /** Creates what the driver needs. @throws when the role may not create the extension. */
  async setUp(): Promise<void> {
    await this.transaction.run(() => this.pgvector.setUp());
  }

  /** Takes over vectors that were stored without this driver. */
  async copyMissing(): Promise<void> {
    for (;;) {
      const rows = await this.pgvector.findMissing(COPY_BATCH);
      if (rows.length === 0) return;
      await this.pgvector.copy(rows);
    }
  }

  async put(space: EmbeddingSpace, documentId: string, vectors: readonly NewVector[]): Promise<void> {
    await this.vectors.put(space.id, documentId, vectors);
    await this.pgvector.put(space.id, documentId, vectors);
  }

  async search(
    scope: DocumentScope,
    space: EmbeddingSpace,
    queries: readonly Float32Array[],
    limit: number,
  ): Promise<VectorMatches> {
    const { documents, isComplete } = await this.vectors.findDocuments(scope, space.id);
    const count = documents.reduce((sum, { vectorCount }) => sum + vectorCount, 0);
    const rows =
      count <= MAX_EXACT
        ? await this.pgvector.searchExactly(scope, space, queries, limit)
        : await this.searchIndex(scope, space, queries, limit);
    return { matches: queries.map((_, query) => matchesOf(rows, query + 1)), isComplete };
  }

  private async searchIndex(
    scope: DocumentScope,
    space: EmbeddingSpace,
    queries: readonly Float32Array[],
    limit: number,
  ): Promise<VectorRow[]> {
    if (!this.indexed.has(space.id)) await this.pgvector.createIndex(space);
    this.indexed.add(space.id);
    return this.transaction.run(() => this.pgvector.searchIndex(scope, space, queries, limit));
  }
}

const matchesOf = (rows: readonly VectorRow[], query: number) =>
  rows.filter((row) => row.query === query).sort((a, b) => b.cosine - a.cosine);
