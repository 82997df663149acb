import { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { NEVER_ABORTED } from '../../common/util/aborting';
import { DocumentIndexService } from '../retrieval/index/document-index.service';
import { memoryCollection, type DocumentScope } from '../retrieval/index/document-scope';
import { SearchService, type Hit } from '../retrieval/search/search.service';
import { MemoriesSettings } from './memories.settings';
import type { Memory } from './memory.entity';

/** Characters of a question that are searched for. */
const MAX_QUESTION = 8000;

/** Finds memories: each is one document with one chunk in the collection of its account. */
@Injectable()
export class MemoryIndexService {
  private readonly logger = new Logger(MemoryIndexService.name);

  constructor(
    private readonly documents: DocumentIndexService,
    private readonly search: SearchService,
    private readonly settings: MemoriesSettings,
  ) {}

  /** Embeds contents before the transaction that stores them. A failure is left to the job that embeds documents. */
  async embedAhead(contents: readonly string[], principal?: Principal): Promise<void> {
    const options = { signal: AbortSignal.timeout(this.timeout), ...(principal && { principal }) };
    await this.documents.embedAhead(contents, options).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'Memories are embedded later');
    });
  }

  /** Replaces what is found of the memory, in the transaction of its row. */
  async put({ id, userId, content, createdAt, updatedAt }: Memory): Promise<void> {
    const metadata = { memory_id: id, created_at: createdAt, updated_at: updatedAt };
    // Documents of one name are told apart by the hash, so the id takes its place.
    const head = { name: 'memory', hash: id, metadata: {} };
    const target = { ownerId: userId, collectionName: memoryCollection(userId), mode: 'add' } as const;
    await this.documents.write(target, head, Readable.from([{ text: content, metadata }]), {
      signal: NEVER_ABORTED,
      isEmbeddedLater: true,
    });
  }

  async remove(userId: string, id: string): Promise<void> {
    await this.documents.remove(scopeOf(userId), { hash: id });
  }

  async removeAll(userId: string): Promise<void> {
    await this.documents.remove(scopeOf(userId));
  }

  /** Ids and scores (0 to 1) of the memories nearest to the question, best first. */
  async find(
    principal: Principal,
    question: string,
    k: number,
    signal: AbortSignal,
  ): Promise<{ id: string; score: number }[]> {
    const hits = await this.search.search(scopeOf(principal.id), [question.slice(0, MAX_QUESTION)], {
      ...{ k, hybrid: false, isEnriched: false, mmr: false },
      ...{ signal, principal, embeddingTimeout: this.timeout },
    });
    return hits.flatMap(toMatch);
  }

  /** Milliseconds. */
  private get timeout(): number {
    return this.settings.embedding_timeout * 1000;
  }
}

const scopeOf = (userId: string): DocumentScope => ({
  collections: { ownerId: userId, names: [memoryCollection(userId)] },
});

const toMatch = ({ metadata, score }: Hit): { id: string; score: number }[] =>
  typeof metadata.memory_id === 'string' ? [{ id: metadata.memory_id, score }] : [];
