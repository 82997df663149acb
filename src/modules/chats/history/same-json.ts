import { isJsonObject } from '../../../common/util/json';

/** True when both values print as the same JSON text: key order counts. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && isSameList(a, b);
  return isJsonObject(a) && isJsonObject(b) && isSameObject(a, b);
}

/** True when `start` has fewer elements than `list` and they are the first ones of it. */
export const isProperStart = (start: readonly unknown[], list: readonly unknown[]): boolean =>
  start.length < list.length && start.every((item, index) => isSameJson(item, list[index]));

const isSameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, index) => isSameJson(item, b[index]));

function isSameObject(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(a);
  const others = Object.keys(b);
  return (
    keys.length === others.length && keys.every((key, index) => key === others[index] && isSameJson(a[key], b[key]))
  );
}
