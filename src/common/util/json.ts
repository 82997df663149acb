import { toUSVString } from 'node:util';

export type JsonObject = Record<string, unknown>;

/** True for a plain JSON object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `value` when it is a string, else undefined. */
export const asString = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/**
 * The value as PostgreSQL can store it: every string and key without U+0000, lone surrogates replaced by U+FFFD. The
 * same value when there are none. JSON bodies, queries and paths of requests are made so before anybody sees them.
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
