import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction';
import { JobHandler, type JobContext, type JobKind } from '../../platform/jobs/job-kind';
import { JobsService } from '../../platform/jobs/jobs.service';
import type { DocumentScope } from '../retrieval/index/document-scope';
import { CollectionAccessSource } from '../retrieval/ingest/collection-access.source';
import { MemoriesRepository } from './memories.repository';
import { MemoryIndexService } from './memory-index.service';

/** Indexes the memories of an account anew. One per account: a newer one replaces it. */
export const IndexMemories: JobKind<{ userId: string }> = {
  name: 'memories.index',
  groupOf: ({ userId }) => userId,
  idOf: ({ userId }) => userId,
};

/** Memories that are embedded with one request. */
const BATCH = 50;

/** Searches find the former documents until their memory has a new one. */
@Injectable()
@CollectionAccessSource()
export class IndexMemoriesJob implements CollectionAccessSource {
  constructor(
    private readonly memories: MemoriesRepository,
    private readonly index: MemoryIndexService,
    private readonly jobs: JobsService,
    private readonly transaction: Transaction,
  ) {}

  @JobHandler(IndexMemories)
  async run({ userId }: { userId: string }, { signal }: JobContext): Promise<void> {
    for (let after = ''; ;) {
      const page = await this.memories.findPage(userId, after, BATCH);
      await this.index.embedAhead(page.map(({ content }) => content));
      for (const { id } of page) {
        signal.throwIfAborted();
        await this.put(id);
      }
      if (page.length < BATCH) return;
      after = page.at(-1)?.id ?? after;
    }
  }

  /** The collections of memories belong to their accounts, and take no files: there is nothing to resolve. */
  resolve(): Promise<ReadonlyMap<string, DocumentScope>> {
    return Promise.resolve(new Map());
  }

  /** Memories stay when administrators reset the index, and are indexed again after that. */
  async deleteAll(): Promise<void> {
    const owners = await this.memories.findOwners();
    await this.jobs.enqueueAll(
      IndexMemories,
      owners.map((userId) => ({ userId })),
    );
  }

  private async put(id: string): Promise<void> {
    await this.transaction.run(async () => {
      const memory = await this.memories.lock(id);
      if (memory) await this.index.put(memory);
    });
  }
}
