import { Injectable, Logger } from '@nestjs/common';
import { Transaction } from '../../../../platform/database/transaction';
import { JobHandler, type JobContext, type JobKind } from '../../../../platform/jobs/job-kind';
import { ModelServerError } from '../../embedding/embedding.errors';
import { EmbeddingService } from '../../embedding/embedding.service';
import { VectorStoreService } from '../vectors/vector-store.service';
import { NO_SPACE, UnembeddedRepository } from './unembedded.repository';

/** Gives all chunks a vector of the configured engine. There is one such job: a newer one replaces it. */
export const EmbedDocuments: JobKind = {
  name: 'retrieval.embed-documents',
  retries: 10,
  idOf: () => '5f1c1f0e-3c0b-4f5e-9d0a-0e6d1b6a7c21',
};

const BATCH = 128;

/** Embeds documents one by one, in batches that each count as soon as they are stored, so that it resumes anywhere. */
@Injectable()
export class EmbedDocumentsJob {
  private readonly logger = new Logger(EmbedDocumentsJob.name);

  constructor(
    private readonly documents: UnembeddedRepository,
    private readonly embedding: EmbeddingService,
    private readonly vectors: VectorStoreService,
    private readonly transaction: Transaction,
  ) {}

  @JobHandler(EmbedDocuments)
  async run(_payload: object, { signal }: JobContext): Promise<void> {
    await this.vectors.store();
    let id: string | null = '';
    while (this.embedding.space() !== null) {
      signal.throwIfAborted();
      id = await this.documents.findNext(await this.spaceId(), id);
      if (id === null) return;
      await this.embedDocument(id, signal);
    }
  }

  /** A document that the engine refuses does not hold up the others: full text still finds it. */
  private async embedDocument(id: string, signal: AbortSignal): Promise<void> {
    try {
      let after = '0';
      for (;;) {
        const chunks = await this.documents.findChunks(await this.spaceId(), id, after, BATCH);
        const last = chunks.at(-1);
        if (!last) return;
        await this.embedChunks(id, chunks, signal);
        after = last.id;
      }
    } catch (error) {
      if (!(error instanceof ModelServerError) || error.isTransient) throw error;
      this.logger.warn(`Document ${id} was not embedded: ${error.message}`);
    }
  }

  private async embedChunks(id: string, chunks: readonly { id: string; text: string }[], signal: AbortSignal) {
    const texts = chunks.map(({ text }) => text);
    const { space, vectors } = await this.embedding.embedIn(texts, 'content', { signal });
    const rows = chunks.map((chunk, index) => ({ chunkId: chunk.id, vector: vectors[index] as Float32Array }));
    await this.transaction.run(async () => {
      if (!(await this.documents.lock(id))) return;
      await this.vectors.put(space, id, rows);
      await this.documents.recount(space.id, id);
    });
  }

  private async spaceId(): Promise<number> {
    return (await this.embedding.findSpace())?.id ?? NO_SPACE;
  }
}
