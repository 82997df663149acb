import { toUSVString } from 'node:util';

export type JsonObject = Record<string, unknown>;

/** True for a plain JSON object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; empty for any other value. */
export const objectsIn = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);

/** `value` when it is a string, else undefined. */
export const asString = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/**
 * Makes a value storable in PostgreSQL: removes U+0000 from every string and key, and replaces lone surrogates by
 * U+FFFD. Returns the same value when there are none. JSON bodies, queries and paths of requests are converted before
 * validation.
 */
export function storable<T>(value: T): T {
  if (typeof value === 'string') return storableText(value) as T;
  if (Array.isArray(value)) return mapArray(value) as T;
  return isJsonObject(value) ? (mapObject(value) as T) : value;
}

const storableText = (text: string): string => toUSVString(text.includes('\0') ? text.replaceAll('\0', '') : text);

function mapArray(list: unknown[]): unknown[] {
  const mapped = list.map(storable);
  return mapped.some((item, index) => item !== list[index]) ? mapped : list;
}

function mapObject(object: JsonObject): JsonObject {
  const entries = Object.entries(object);
  const mapped = entries.map(([key, item]) => [storable(key), storable(item)] as const);
  const isChanged = mapped.some(([key, item], index) => key !== entries[index]?.[0] || item !== entries[index]?.[1]);
  return isChanged ? Object.fromEntries(mapped) : object;
}
