/** A part of a segment: `count` vectors from `from` on. */
export interface VectorRange {
  segment: number;
  from: number;
  count: number;
}

/** Where a vector stands in memory, and its cosine as far as 8-bit numbers tell it. */
export interface VectorPlace {
  segment: number;
  position: number;
  cosine: number;
}

/** Requests to the thread. All vectors are 32-bit floats, one after the other. */
export type VectorRequest =
  | { type: 'create'; segment: number; dimensions: number; count: number }
  | { type: 'fill'; segment: number; from: number; vectors: Float32Array }
  | { type: 'drop'; segments: readonly number[] }
  | { type: 'search'; queries: readonly Float32Array[]; ranges: readonly VectorRange[]; limit: number };

/** The answer to a `search`: the nearest of each query, best first. Other requests are answered by null. */
export type VectorAnswer = { id: number; result: VectorPlace[][] | null } | { id: number; error: string };
