import type { Segment } from './vector-memory';
import type { StoredVector, VectorDocument, VectorsRepository } from './vectors.repository';

/** Bytes of the vectors in one statement: more would hold up the event loop while they are decoded. */
const PAGE_BYTES = 1024 * 1024;

/** Documents as they are read: many small ones together, or one in several pages. */
export function* groupsOf(documents: readonly VectorDocument[], limit: number): Generator<VectorDocument[]> {
  let group: VectorDocument[] = [];
  let count = 0;
  for (const document of documents) {
    if (group.length > 0 && count + document.vectorCount > limit) {
      yield group;
      [group, count] = [[], 0];
    }
    group.push(document);
    count += document.vectorCount;
  }
  if (group.length > 0) yield group;
}

/** All vectors of the documents in pages. */
export async function* pagesOf(
  repository: VectorsRepository,
  space: { id: number; dimensions: number },
  documents: readonly VectorDocument[],
): AsyncGenerator<StoredVector[]> {
  const limit = Math.max(1, Math.floor(PAGE_BYTES / (4 * space.dimensions)));
  for (const group of groupsOf(documents, limit)) {
    const ids = group.map(({ id }) => id);
    let page = await repository.page(space.id, ids, { limit });
    yield page;
    // Only a document of its own is longer than a page; others may have grown since they were counted.
    while (page.length === limit && ids.length === 1) {
      page = await repository.page(space.id, ids, { limit, afterChunk: page.at(-1)?.chunkId ?? '0' });
      yield page;
    }
  }
}

/** Where vectors get in a segment, in the order in which they are read. */
export class SegmentLayout {
  readonly chunkIds: Float64Array;
  readonly documents = new Map<string, { from: number; count: number; vectorCount: number }>();
  private readonly counts: ReadonlyMap<string, number>;
  private size = 0;

  constructor(documents: readonly VectorDocument[]) {
    this.counts = new Map(documents.map(({ id, vectorCount }) => [id, vectorCount]));
    this.chunkIds = new Float64Array(documents.reduce((sum, { vectorCount }) => sum + vectorCount, 0));
  }

  /** Takes as many as were counted. @returns the position of the first, and the numbers of all. */
  append(page: readonly StoredVector[], dimensions: number): { from: number; vectors: Float32Array } {
    const from = this.size;
    const taken = page.slice(0, this.chunkIds.length - from);
    const vectors = new Float32Array(taken.length * dimensions);
    const bytes = Buffer.from(vectors.buffer);
    taken.forEach(({ chunkId, documentId, vector }, index) => {
      vector.copy(bytes, index * dimensions * 4, 0, dimensions * 4);
      this.chunkIds[this.size] = Number(chunkId);
      const block = this.documents.get(documentId);
      if (block) block.count++;
      else this.documents.set(documentId, this.blockAt(this.size, documentId));
      this.size++;
    });
    return { from, vectors };
  }

  toSegment(id: number, bytes: number): Omit<Segment, 'lastUse' | 'readers'> {
    return { id, bytes, chunkIds: this.chunkIds, documents: this.documents };
  }

  private blockAt(from: number, id: string) {
    return { from, count: 1, vectorCount: this.counts.get(id) ?? 0 };
  }
}
