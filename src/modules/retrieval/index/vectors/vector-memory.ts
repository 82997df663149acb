import type { VectorDocument } from './vectors.repository';
import type { VectorRange } from './vector-messages';

/** A document within a segment. */
interface Block {
  segment: Segment;
  from: number;
  count: number;
  /** Of the document when it was loaded. */
  vectorCount: number;
}

/** Vectors that were loaded together, and stand together in memory. */
export interface Segment {
  id: number;
  bytes: number;
  /** Of the vectors, by position. */
  chunkIds: Float64Array;
  documents: ReadonlyMap<string, Omit<Block, 'segment'>>;
  /** Rises with each use. */
  lastUse: number;
  /** Searches that read it now. */
  readers: number;
}

/** Bytes of the id of a chunk. */
const OVERHEAD = 8;

export const bytesOf = (count: number, dimensions: number): number => count * (dimensions + OVERHEAD);

/** Knows which vectors of a space are in memory, and where. Segments are loaded and dropped as a whole. */
export class VectorMemory {
  readonly segments = new Map<number, Segment>();
  private readonly blocks = new Map<string, Block>();
  private uses = 0;

  get bytes(): number {
    let total = 0;
    for (const { bytes } of this.segments.values()) total += bytes;
    return total;
  }

  add(segment: Omit<Segment, 'lastUse' | 'readers'>): void {
    const added = { ...segment, lastUse: ++this.uses, readers: 0 };
    this.segments.set(segment.id, added);
    for (const [id, block] of segment.documents) this.blocks.set(id, { segment: added, ...block });
  }

  /** Documents that are not in memory, or are there with other vectors. */
  missing(documents: readonly VectorDocument[]): VectorDocument[] {
    return documents.filter(({ id, vectorCount }) => this.blocks.get(id)?.vectorCount !== vectorCount);
  }

  /** The segments with vectors of these documents. */
  segmentsOf(documents: readonly VectorDocument[]): Set<Segment> {
    const found = new Set<Segment>();
    for (const { id } of documents) {
      const block = this.blocks.get(id);
      if (block) found.add(block.segment);
    }
    return found;
  }

  /** Where the documents stand, neighbours joined; counts as a use. */
  rangesOf(documents: readonly VectorDocument[]): VectorRange[] {
    const blocks = documents.flatMap(({ id }) => this.blocks.get(id) ?? []);
    blocks.sort((a, b) => a.segment.id - b.segment.id || a.from - b.from);
    const ranges: VectorRange[] = [];
    for (const { segment, from, count } of blocks) {
      segment.lastUse = ++this.uses;
      const last = ranges.at(-1);
      if (last?.segment === segment.id && last.from + last.count === from) last.count += count;
      else ranges.push({ segment: segment.id, from, count });
    }
    return ranges;
  }

  /** Forgets the least recently used segments without readers until `bytes` fit into the budget. @returns their ids. */
  makeRoom(bytes: number, budget: number): number[] {
    const dropped: number[] = [];
    let total = this.bytes + bytes;
    const idle = [...this.segments.values()].filter(({ readers }) => readers === 0);
    for (const segment of idle.sort((a, b) => a.lastUse - b.lastUse)) {
      if (total <= budget) break;
      total -= segment.bytes;
      this.drop(segment);
      dropped.push(segment.id);
    }
    return dropped;
  }

  drop(segment: Segment): void {
    this.segments.delete(segment.id);
    for (const id of segment.documents.keys()) if (this.blocks.get(id)?.segment === segment) this.blocks.delete(id);
  }

  clear(): void {
    this.segments.clear();
    this.blocks.clear();
  }
}
