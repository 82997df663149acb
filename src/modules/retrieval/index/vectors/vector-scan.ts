import { exactSearch, MetricKind } from 'usearch';
import type { VectorPlace, VectorRange, VectorRequest } from './vector-messages';

/** Largest value of an 8-bit number. */
const SCALE = 127;

interface Segment {
  dimensions: number;
  vectors: Int8Array;
}

/**
 * Vectors in memory as 8-bit numbers, a quarter of their size, and exact search over them: a million of 384 dimensions
 * take some 25 ms. Each vector is scaled by its largest number, which its cosine does not depend on.
 */
export class VectorScan {
  private readonly segments = new Map<number, Segment>();

  handle(request: VectorRequest): VectorPlace[][] | null {
    if (request.type === 'search')
      return request.queries.map((query) => this.search(quantized(query), request.ranges, request.limit));
    if (request.type === 'create') {
      const { segment, dimensions, count } = request;
      this.segments.set(segment, { dimensions, vectors: new Int8Array(dimensions * count) });
    } else if (request.type === 'fill') this.fill(request.segment, request.from, request.vectors);
    else for (const segment of request.segments) this.segments.delete(segment);
    return null;
  }

  private fill(id: number, from: number, vectors: Float32Array): void {
    const segment = this.segments.get(id);
    if (!segment) return;
    const { dimensions } = segment;
    for (let start = 0; start < vectors.length; start += dimensions)
      quantize(vectors, start, segment.vectors, from * dimensions + start, dimensions);
  }

  private search(query: Int8Array, ranges: readonly VectorRange[], limit: number): VectorPlace[] {
    const found: VectorPlace[] = [];
    for (const range of ranges) {
      found.push(...this.searchRange(query, range, limit));
      if (found.length > 8 * limit) keepBest(found, limit);
    }
    keepBest(found, limit);
    return found;
  }

  private searchRange(query: Int8Array, { segment: id, from, count }: VectorRange, limit: number): VectorPlace[] {
    const segment = this.segments.get(id);
    if (!segment || segment.dimensions !== query.length || count === 0) return [];
    const { dimensions, vectors } = segment;
    const part = vectors.subarray(from * dimensions, (from + count) * dimensions);
    const { keys, distances } = exactSearch(part, query, dimensions, Math.min(limit, count), MetricKind.Cos, 1);
    return Array.from(keys, (key, index) => {
      return { segment: id, position: from + Number(key), cosine: 1 - (distances[index] ?? 1) };
    });
  }
}

function keepBest(found: VectorPlace[], limit: number): void {
  found.sort((a, b) => b.cosine - a.cosine);
  found.length = Math.min(found.length, limit);
}

function quantized(vector: Float32Array): Int8Array {
  const bytes = new Int8Array(vector.length);
  quantize(vector, 0, bytes, 0, vector.length);
  return bytes;
}

/** Writes `count` numbers of `vectors` as 8-bit numbers. Loops by index: iterators take ten times as long. */
function quantize(vectors: Float32Array, from: number, bytes: Int8Array, to: number, count: number): void {
  let largest = 0;
  for (let index = 0; index < count; index++) {
    const size = Math.abs(vectors[from + index] ?? 0);
    if (size > largest) largest = size;
  }
  const factor = largest === 0 ? 0 : SCALE / largest;
  for (let index = 0; index < count; index++) bytes[to + index] = Math.round((vectors[from + index] ?? 0) * factor);
}
