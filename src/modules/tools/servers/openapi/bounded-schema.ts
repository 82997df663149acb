import { isJsonObject, type JsonObject } from '../../../../common/util/json';
import { decodeUri } from '../../../../common/util/uri';

/** Values of one schema; what follows is dropped. */
const MAX_VALUES = 5_000;
const MAX_DEPTH = 40;
/** Characters of one string. */
const MAX_TEXT = 4_000;

/** Keywords that models do not need. */
const DROPPED = new Set(['example', 'examples', 'externalDocs', 'xml', 'discriminator']);

/** The value at a local JSON pointer (`#/components/schemas/Item`); undefined for any other reference. */
export function findPointer(document: JsonObject, reference: unknown): unknown {
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return undefined;
  let value: unknown = document;
  for (const part of reference.slice(2).split('/', MAX_DEPTH)) {
    const key = decodeUri(part).replaceAll('~1', '/').replaceAll('~0', '~');
    const isFound = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    value = isFound ? (value as JsonObject)[key] : undefined;
  }
  return value;
}

/** The object behind a chain of local references; undefined when there is none. */
export function dereferenced(document: JsonObject, value: unknown): JsonObject | undefined {
  let found = value;
  for (let hops = 0; hops < MAX_DEPTH; hops++) {
    if (!isJsonObject(found)) return undefined;
    if (found.$ref === undefined) return found;
    found = findPointer(document, found.$ref);
  }
  return undefined;
}

/**
 * A copy of a schema with its local references replaced by what they name, in linear time: recursion ends at the second
 * occurrence of a reference (`{}`: anything), and there are limits of size and depth. References to other documents
 * become `{}` too; nothing is fetched.
 */
export function inlineSchema(document: JsonObject, schema: unknown): JsonObject {
  let left = MAX_VALUES;

  function copy(value: unknown, chain: readonly string[], depth: number): unknown {
    left -= 1;
    if (typeof value === 'string') return value.slice(0, MAX_TEXT);
    if (typeof value !== 'object' || value === null) return value;
    if (left <= 0 || depth > MAX_DEPTH) return {};
    if (Array.isArray(value)) return value.slice(0, Math.max(0, left)).map((item) => copy(item, chain, depth + 1));
    return copyObject(value as JsonObject, chain, depth);
  }

  function copyObject(object: JsonObject, chain: readonly string[], depth: number): JsonObject {
    if (typeof object.$ref === 'string') return copyReference(object.$ref, object, chain, depth);
    const result: JsonObject = {};
    for (const key in object) {
      if (left <= 0) break;
      if (!DROPPED.has(key) && key !== '__proto__') result[key] = copyMember(key, object[key], chain, depth + 1);
    }
    return result;
  }

  /** Below `properties` the keys are names of fields, which may equal keywords. */
  function copyMember(key: string, value: unknown, chain: readonly string[], depth: number): unknown {
    if (key !== 'properties' || !isJsonObject(value)) return copy(value, chain, depth);
    const fields: JsonObject = {};
    for (const name in value) {
      if (left <= 0) break;
      if (name !== '__proto__') fields[name] = copy(value[name], chain, depth + 1);
    }
    return fields;
  }

  /** OpenAPI 3.1 allows keywords beside a reference: they win. */
  function copyReference(reference: string, object: JsonObject, chain: readonly string[], depth: number): JsonObject {
    const { $ref: _, ...beside } = object;
    const target = chain.includes(reference) ? undefined : findPointer(document, reference);
    const found = isJsonObject(target) ? copyObject(target, [...chain, reference], depth + 1) : {};
    return { ...found, ...copyObject(beside, chain, depth + 1) };
  }

  const result = copy(schema, [], 0);
  return isJsonObject(result) ? result : {};
}
