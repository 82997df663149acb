import { Injectable, Logger } from '@nestjs/common';
import type { EmbeddingSpace } from '../../embedding/embedding-space.entity';
import type { DocumentScope } from '../document-scope';
import { IndexSettings } from '../index.settings';
import { EmbeddedVectorDriver } from './embedded-vector.driver';
import { PgvectorDriver } from './pgvector.driver';
import type { NewVector, VectorMatches, VectorStore } from './vector-store';

/** The driver of this installation, chosen at first use. */
@Injectable()
export class VectorStoreService {
  private readonly logger = new Logger(VectorStoreService.name);
  private choosing: Promise<VectorStore> | undefined;
  /** What searches use while pgvector takes over the vectors that were stored without it. */
  private isCopied = false;

  constructor(
    private readonly settings: IndexSettings,
    private readonly embedded: EmbeddedVectorDriver,
    private readonly pgvector: PgvectorDriver,
  ) {}

  async kind(): Promise<VectorStore['kind']> {
    return (await this.store()).kind;
  }

  /** Stores vectors of chunks of one document; in the transaction that writes them. */
  async put(space: EmbeddingSpace, documentId: string, vectors: readonly NewVector[]): Promise<void> {
    await (await this.store()).put(space, documentId, vectors);
  }

  /** The chunks of the scope nearest to each query. */
  async search(
    scope: DocumentScope,
    space: EmbeddingSpace,
    queries: readonly Float32Array[],
    limit: number,
  ): Promise<VectorMatches> {
    const store = await this.store();
    const isReady = store.kind === 'embedded' || this.isCopied;
    return (isReady ? store : this.embedded).search(scope, space, queries, limit);
  }

  /** Resolves once the driver is chosen. Call it before a transaction that stores vectors. */
  store(): Promise<VectorStore> {
    this.choosing ??= this.choose().catch((error: unknown) => {
      this.choosing = undefined;
      throw error;
    });
    return this.choosing;
  }

  private async choose(): Promise<VectorStore> {
    const wanted = this.settings.vector_db;
    if (wanted === 'embedded') return this.embedded;
    if (wanted !== 'pgvector' && !(await this.pgvector.isAvailable())) return this.embedded;
    try {
      await this.pgvector.setUp();
    } catch (error) {
      if (wanted === 'pgvector') throw error;
      this.logger.warn({ err: error }, 'The extension vector cannot be created; vectors are searched in memory');
      return this.embedded;
    }
    void this.copy();
    return this.pgvector;
  }

  private async copy(): Promise<void> {
    try {
      await this.pgvector.copyMissing();
      this.isCopied = true;
    } catch (error) {
      this.logger.error({ err: error }, 'Stored vectors could not be copied for pgvector; they are searched in memory');
    }
  }
}
