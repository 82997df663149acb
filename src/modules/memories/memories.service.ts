import { Injectable } from '@nestjs/common';
import { ownedBy } from '../../common/auth/owned-by';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError, NotFoundError } from '../../common/errors/app-error';
import { nowSeconds } from '../../common/util/time';
import { timeOrderedId } from '../../common/util/time-ordered-id';
import { Transaction } from '../../platform/database/transaction';
import { JobsService } from '../../platform/jobs/jobs.service';
import type { QueryDocResponse } from '../retrieval/api/query/query.dto';
import { EmbeddingService } from '../retrieval/embedding/embedding.service';
import { IndexMemories } from './index-memories.job';
import {
  toMemoryResponse,
  toQueryResponse,
  type EmbeddedSampleResponse,
  type MemoryResponse,
  type QueryMemoriesRequest,
} from './memories.dto';
import { MemoryDetail } from './memories.errors';
import { MemoriesRepository } from './memories.repository';
import type { RecalledMemory } from './memory.entity';
import { MemoryIndexService } from './memory-index.service';

/** Memories of one account. */
const MAX_MEMORIES = 10_000;
/** Results of one query. */
const MAX_RESULTS = 500;
const SAMPLE = 'hello world';
const notFound = { refusal: () => new NotFoundError(MemoryDetail.notFound) };

@Injectable()
export class MemoriesService {
  constructor(
    private readonly memories: MemoriesRepository,
    private readonly index: MemoryIndexService,
    private readonly embedding: EmbeddingService,
    private readonly jobs: JobsService,
    private readonly transaction: Transaction,
  ) {}

  async list({ id }: Principal): Promise<MemoryResponse[]> {
    return (await this.memories.findAll(id)).map(toMemoryResponse);
  }

  /** Waits for the embedding engine for some seconds at most; the memory is stored whatever comes of it. */
  async add(principal: Principal, content: string): Promise<MemoryResponse> {
    assertText(content);
    await this.index.embedAhead([content], principal);
    const now = nowSeconds();
    const memory = { id: timeOrderedId(), userId: principal.id, content, createdAt: now, updatedAt: now };
    await this.transaction.run(async () => {
      await this.memories.lockAccount(principal.id);
      if ((await this.memories.count(principal.id)) >= MAX_MEMORIES)
        throw new BadRequestError(`An account has at most ${MAX_MEMORIES} memories`);
      await this.memories.insert(memory);
      await this.index.put(memory);
    });
    return toMemoryResponse(memory);
  }

  /** As `add`. Without content nothing changes. */
  async update(principal: Principal, id: string, content: string | null | undefined): Promise<MemoryResponse> {
    const current = ownedBy(principal, await this.memories.find(id), notFound);
    if (content === undefined || content === null) return toMemoryResponse(current);
    assertText(content);
    await this.index.embedAhead([content], principal);
    return this.transaction.run(async () => {
      const locked = ownedBy(principal, await this.memories.lock(id), notFound);
      const memory = { ...locked, content, updatedAt: nowSeconds() };
      await this.memories.update(memory);
      await this.index.put(memory);
      return toMemoryResponse(memory);
    });
  }

  /** @returns false for an unknown id and for that of another account (contract). */
  delete({ id: userId }: Principal, id: string): Promise<boolean> {
    return this.transaction.run(async () => {
      if (!(await this.memories.delete(userId, id))) return false;
      await this.index.remove(userId, id);
      return true;
    });
  }

  async deleteAll({ id: userId }: Principal): Promise<true> {
    await this.transaction.run(async () => {
      await this.memories.lockAccount(userId);
      await this.memories.deleteAll(userId);
      await this.index.removeAll(userId);
    });
    return true;
  }

  /** Indexes the memories anew, in the background. */
  async reset({ id: userId }: Principal): Promise<true> {
    await this.jobs.enqueue(IndexMemories, { userId });
    return true;
  }

  /** @throws NotFoundError without any memory */
  async query(
    principal: Principal,
    { content, k }: QueryMemoriesRequest,
    signal: AbortSignal,
  ): Promise<QueryDocResponse> {
    if (!(await this.memories.exists(principal.id))) throw new NotFoundError(MemoryDetail.none);
    const count = Math.min(Math.max(k ?? 1, 1), MAX_RESULTS);
    return toQueryResponse(await this.recall(principal, content, count, signal));
  }

  /**
   * The `k` memories nearest to the question, best first. What full text does not find is filled up with the memories
   * that were changed last, with a score of 0, as vectors always have a nearest one.
   */
  async recall(principal: Principal, question: string, k: number, signal: AbortSignal): Promise<RecalledMemory[]> {
    const matches = await this.index.find(principal, question, k, signal);
    const ids = matches.map(({ id }) => id);
    const rows = new Map((await this.memories.findSome(principal.id, ids)).map((memory) => [memory.id, memory]));
    const found = matches.flatMap(({ id, score }) => {
      const memory = rows.get(id);
      return memory ? [{ memory, score }] : [];
    });
    if (found.length >= k) return found;
    const others = await this.memories.findLatest(principal.id, [...rows.keys()], k - found.length);
    return [...found, ...others.map((memory) => ({ memory, score: 0 }))];
  }

  /** The vector of a fixed text. @throws ModelServerError without an embedding engine, and as that fails. */
  async embedSample(principal: Principal, signal: AbortSignal): Promise<EmbeddedSampleResponse> {
    const [vector = new Float32Array()] = await this.embedding.embed([SAMPLE], 'query', { signal, principal });
    return { result: [...vector] };
  }
}

function assertText(content: string): void {
  if (content.trim() === '') throw new BadRequestError(MemoryDetail.blank);
}
