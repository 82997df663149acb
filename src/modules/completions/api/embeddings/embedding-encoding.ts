import { isJsonObject, type JsonObject } from '../../../../common/util/json';

/**
 * Converts the vectors of a response to the requested encoding. Client libraries request `base64` by default and
 * misread numbers; many servers return only numbers.
 */
export function inEncoding(answer: JsonObject, encoding: unknown): JsonObject {
  if (encoding !== 'base64' || !Array.isArray(answer.data)) return answer;
  return { ...answer, data: answer.data.map((item: unknown) => (isJsonObject(item) ? encoded(item) : item)) };
}

function encoded(item: JsonObject): JsonObject {
  const { embedding } = item;
  return isVector(embedding) ? { ...item, embedding: toBase64(embedding) } : item;
}

const isVector = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((number) => typeof number === 'number');

/** Little-endian 32-bit floats, as OpenAI sends them. */
function toBase64(vector: number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((number, index) => bytes.writeFloatLE(number, index * 4));
  return bytes.toString('base64');
}
