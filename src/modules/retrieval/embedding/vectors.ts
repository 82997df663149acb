import { ModelServerError } from './embedding.errors';

/**
 * The vectors of a response, one for each of `count` texts, all of one length and of finite numbers.
 * @throws ModelServerError for any other response: nothing of it is used, so no vector gets to a wrong text.
 */
export function toVectors(found: readonly unknown[] | undefined, count: number): Float32Array[] {
  if (!found) throw new ModelServerError('The embedding server sent no embeddings.');
  if (found.length !== count)
    throw new ModelServerError(`The embedding server sent ${found.length} vectors for ${count} texts.`);
  const vectors = found.map(toVector);
  const dimensions = vectors[0]?.length ?? 0;
  if (vectors.some(({ length }) => length !== dimensions))
    throw new ModelServerError('The embedding server sent vectors of different dimensions.');
  return vectors;
}

function toVector(value: unknown): Float32Array {
  const isVector = Array.isArray(value) && value.length > 0 && value.every((number) => typeof number === 'number');
  const vector = isVector ? Float32Array.from(value) : undefined;
  if (!vector?.every(Number.isFinite)) throw new ModelServerError('The embedding server sent an invalid vector.');
  return vector;
}

/** 32-bit floats, little-endian, as they are stored. */
export const toBytes = (vector: Float32Array): Buffer =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);

/** The inverse of `toBytes`. */
export function fromBytes(bytes: Buffer): Float32Array {
  // Buffers of the driver begin anywhere in their memory; floats must be aligned.
  const aligned = new Uint8Array(bytes.byteLength);
  aligned.set(bytes);
  return new Float32Array(aligned.buffer);
}

/** From -1 to 1; 0 when one of the vectors has no direction. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let product = 0;
  let squareA = 0;
  let squareB = 0;
  for (let index = 0; index < a.length; index++) {
    const x = a[index] as number;
    const y = b[index] as number;
    product += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return squareA === 0 || squareB === 0 ? 0 : product / Math.sqrt(squareA * squareB);
}
