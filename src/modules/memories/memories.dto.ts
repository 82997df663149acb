import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsLaxInt } from '../../common/validation/fields';
import type { JsonObject } from '../../common/util/json';
import type { QueryDocResponse } from '../retrieval/api/query/query.dto';
import type { Memory, RecalledMemory } from './memory.entity';

/** Characters of one memory, and of a search. */
const MAX_MEMORY = 10_000;
const MAX_QUESTION = 100_000;

export class AddMemoryRequest {
  /** Not blank. */
  @IsString()
  @MaxLength(MAX_MEMORY)
  content: string;
}

export class UpdateMemoryRequest {
  /** Not blank; absent or null changes nothing. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_MEMORY)
  content?: string | null;
}

export class QueryMemoriesRequest {
  @IsString()
  @MaxLength(MAX_QUESTION)
  content: string;

  /** Memories that are returned at most; null for 1. */
  @IsOptional()
  @IsLaxInt()
  k?: number | null = 1;
}

export class MemoryResponse {
  id: string;
  user_id: string;
  content: string;
  /** Unix seconds. */
  updated_at: number;
  /** Unix seconds. */
  created_at: number;
}

export class EmbeddedSampleResponse {
  /** Vector of a fixed text. */
  result: number[];
}

export const toMemoryResponse = (memory: Memory): MemoryResponse => ({
  id: memory.id,
  user_id: memory.userId,
  content: memory.content,
  updated_at: memory.updatedAt,
  created_at: memory.createdAt,
});

/**
 * In the form of a searched collection. Metadata are `created_at` and, of changed memories, `updated_at`: Unix seconds.
 * Memories that only fill up the list have a distance of 0.
 */
export const toQueryResponse = (found: readonly RecalledMemory[]): QueryDocResponse => ({
  ids: [found.map(({ memory }) => memory.id)],
  documents: [found.map(({ memory }) => memory.content)],
  metadatas: [found.map(({ memory }) => metadataOf(memory))],
  distances: [found.map(({ score }) => score)],
});

const metadataOf = ({ createdAt, updatedAt }: Memory): JsonObject =>
  updatedAt === createdAt ? { created_at: createdAt } : { created_at: createdAt, updated_at: updatedAt };
