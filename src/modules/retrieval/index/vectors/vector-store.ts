import type { EmbeddingSpace } from '../../embedding/embedding-space.entity';
import type { DocumentScope } from '../document-scope';

export interface NewVector {
  chunkId: string;
  vector: Float32Array;
}

export interface VectorMatch {
  chunkId: string;
  /** Approximate: callers compute it from the stored vectors. */
  cosine: number;
}

export interface VectorMatches {
  /** For each query the nearest chunks, best first. */
  matches: VectorMatch[][];
  /** False while chunks of the scope have no vector in the space yet. */
  isComplete: boolean;
}

/**
 * Finds the chunks nearest to a vector. The rows of `chunk_vector` are the truth for every driver; what a driver has beside
 * them is made from them.
 */
export interface VectorStore {
  readonly kind: 'embedded' | 'pgvector';
  /** Called in the transaction that writes the rows. */
  put(space: EmbeddingSpace, documentId: string, vectors: readonly NewVector[]): Promise<void>;
  /** The scope is a condition of the statement that reads. */
  search(
    scope: DocumentScope,
    space: EmbeddingSpace,
    queries: readonly Float32Array[],
    limit: number,
  ): Promise<VectorMatches>;
}
