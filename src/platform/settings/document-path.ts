import { isJsonObject, type JsonObject } from '../../common/util/json';

/** The value at the path; undefined when it does not exist. */
export function readPath(document: JsonObject, path: readonly string[]): unknown {
  let value: unknown = document;
  for (const key of path) value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

/** Sets the value. Creates missing objects on the path; other values there are replaced. */
export function writePath(document: JsonObject, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) return define(document, key, value);
  const next = Object.hasOwn(document, key) ? document[key] : undefined;
  if (isJsonObject(next)) return writePath(next, rest, value);
  const made = {};
  define(document, key, made);
  writePath(made, rest, value);
}

/** Removes the value, and objects on the path that become empty. */
export function removePath(document: JsonObject, path: readonly string[]): void {
  const [key = '', ...rest] = path;
  const next = Object.hasOwn(document, key) ? document[key] : undefined;
  if (rest.length === 0) return void delete document[key];
  if (!isJsonObject(next)) return;
  removePath(next, rest);
  if (Object.keys(next).length === 0) delete document[key];
}

/** Defines a property, also for special keys such as `__proto__`. */
function define(target: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}
