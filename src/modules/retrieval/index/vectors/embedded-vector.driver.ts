import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Semaphore } from '../../../../common/util/semaphore';
import type { EmbeddingSpace } from '../../embedding/embedding-space.entity';
import type { DocumentScope } from '../document-scope';
import { IndexSettings } from '../index.settings';
import { pagesOf, SegmentLayout } from './vector-loading';
import { bytesOf, VectorMemory, type Segment } from './vector-memory';
import type { VectorRange } from './vector-messages';
import type { NewVector, VectorMatch, VectorMatches, VectorStore } from './vector-store';
import { VectorThread } from './vector-thread';
import { VectorsRepository, type VectorDocument } from './vectors.repository';

/** A scope in more segments is loaded into one: each costs a search of its own. */
const MAX_SEGMENTS = 32;
/** Milliseconds without a search after which the memory is freed. */
const IDLE = 30 * 60_000;

interface Held {
  ranges: VectorRange[];
  segments: ReadonlyMap<number, Segment>;
}

/**
 * Loads the vectors of a scope into the memory of a thread at the first search, and searches them exactly. A document is
 * loaded once, whichever scopes it is in; what was not used for longest makes room.
 */
@Injectable()
export class EmbeddedVectorDriver implements VectorStore, OnApplicationShutdown {
  readonly kind = 'embedded';
  private readonly memory = new VectorMemory();
  private readonly loading = new Semaphore(1);
  private readonly thread = new VectorThread(() => this.memory.clear());
  private spaceId: number | undefined;
  private lastSegment = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly vectors: VectorsRepository,
    private readonly settings: IndexSettings,
  ) {}

  put(space: EmbeddingSpace, documentId: string, vectors: readonly NewVector[]): Promise<void> {
    return this.vectors.put(space.id, documentId, vectors);
  }

  async search(
    scope: DocumentScope,
    space: EmbeddingSpace,
    queries: readonly Float32Array[],
    limit: number,
  ): Promise<VectorMatches> {
    const { documents, isComplete } = await this.vectors.findDocuments(scope, space.id);
    const matches: VectorMatch[][] = queries.map(() => []);
    for (const part of this.parts(documents, space.dimensions)) {
      const found = await this.searchPart(part, space, queries, limit);
      found.forEach((list, query) => matches[query]?.push(...list));
    }
    for (const list of matches) {
      list.sort((a, b) => b.cosine - a.cosine);
      list.length = Math.min(list.length, limit);
    }
    return { matches, isComplete };
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.idle);
    await this.thread.stop();
  }

  /** A scope that exceeds the budget is loaded and searched part by part. */
  private *parts(documents: readonly VectorDocument[], dimensions: number): Generator<VectorDocument[]> {
    let part: VectorDocument[] = [];
    let bytes = 0;
    for (const document of documents) {
      const size = bytesOf(document.vectorCount, dimensions);
      if (part.length > 0 && bytes + size > this.budget) {
        yield part;
        [part, bytes] = [[], 0];
      }
      part.push(document);
      bytes += size;
    }
    if (part.length > 0) yield part;
  }

  private get budget(): number {
    return this.settings.vector_memory_mb * 1024 * 1024;
  }

  private async searchPart(
    documents: readonly VectorDocument[],
    space: EmbeddingSpace,
    queries: readonly Float32Array[],
    limit: number,
  ): Promise<VectorMatch[][]> {
    // What is in memory already does not wait for what another search loads.
    const isWarm = this.spaceId === space.id && this.isHeld(documents);
    const { ranges, segments } = isWarm
      ? this.hold(documents)
      : await this.loading.run(() => this.loadAndHold(documents, space));
    try {
      const found = await this.thread.search({ type: 'search', queries, ranges, limit });
      return found.map((list) =>
        list.map(({ segment, position, cosine }) => {
          return { chunkId: String(segments.get(segment)?.chunkIds[position]), cosine };
        }),
      );
    } finally {
      for (const segment of segments.values()) segment.readers--;
      this.freeWhenIdle();
    }
  }

  private isHeld(documents: readonly VectorDocument[]): boolean {
    const isScattered = this.memory.segmentsOf(documents).size > MAX_SEGMENTS;
    return !isScattered && this.memory.missing(documents).length === 0;
  }

  private async loadAndHold(documents: readonly VectorDocument[], space: EmbeddingSpace): Promise<Held> {
    if (this.spaceId !== space.id) await this.dropAll();
    this.spaceId = space.id;
    const missing = this.memory.missing(documents);
    if (missing.length > 0) await this.load(missing, space);
    const scattered = this.memory.segmentsOf(documents);
    if (scattered.size > MAX_SEGMENTS) await this.join(documents, scattered, space);
    return this.hold(documents);
  }

  /** The segments stay in memory until their `readers` are released. */
  private hold(documents: readonly VectorDocument[]): Held {
    const segments = new Map([...this.memory.segmentsOf(documents)].map((segment) => [segment.id, segment]));
    for (const segment of segments.values()) segment.readers++;
    return { ranges: this.memory.rangesOf(documents), segments };
  }

  private async load(documents: readonly VectorDocument[], space: EmbeddingSpace): Promise<void> {
    const { dimensions } = space;
    const layout = new SegmentLayout(documents);
    const count = layout.chunkIds.length;
    const bytes = bytesOf(count, dimensions);
    const segments = this.memory.makeRoom(bytes, this.budget);
    const segment = ++this.lastSegment;
    await this.thread.send({ type: 'drop', segments });
    await this.thread.send({ type: 'create', segment, dimensions, count });
    for await (const page of pagesOf(this.vectors, space, documents)) {
      const { from, vectors } = layout.append(page, dimensions);
      await this.thread.send({ type: 'fill', segment, from, vectors });
    }
    this.memory.add(layout.toSegment(segment, bytes));
  }

  private async join(
    documents: readonly VectorDocument[],
    scattered: ReadonlySet<Segment>,
    space: EmbeddingSpace,
  ): Promise<void> {
    await this.load(documents, space);
    const wanted = new Set(documents.map(({ id }) => id));
    const superseded = [...scattered].filter(({ documents: held }) => [...held.keys()].every((id) => wanted.has(id)));
    for (const segment of superseded) this.memory.drop(segment);
    await this.thread.send({ type: 'drop', segments: superseded.map(({ id }) => id) });
  }

  private async dropAll(): Promise<void> {
    const segments = [...this.memory.segments.keys()];
    this.memory.clear();
    if (segments.length > 0) await this.thread.send({ type: 'drop', segments });
  }

  private freeWhenIdle(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => {
      this.memory.clear();
      void this.thread.stop();
    }, IDLE).unref();
  }
}
