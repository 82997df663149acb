import { isJsonObject } from '../../../common/util/json';

/** True when both values print as the same JSON text: key order counts. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && isSameList(a, b);
  return isJsonObject(a) && isJsonObject(b) && isSameObject(a, b);
}

/** True when `value` has all of `start` at its beginning and more behind it: a text or a list that has grown. */
export function hasGrownFrom(start: unknown, value: unknown): boolean {
  if (Array.isArray(start) && Array.isArray(value)) return isProperStart(start, value);
  return typeof start === 'string' && typeof value === 'string' && isLongerText(start, value);
}

/** True when `start` has fewer elements than `list` and they are the first ones of it. */
const isProperStart = (start: readonly unknown[], list: readonly unknown[]): boolean =>
  start.length < list.length && start.every((item, index) => isSameJson(item, list[index]));

const isLongerText = (start: string, text: string): boolean => start.length < text.length && text.startsWith(start);

const isSameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, index) => isSameJson(item, b[index]));

function isSameObject(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(a);
  const others = Object.keys(b);
  return (
    keys.length === others.length && keys.every((key, index) => key === others[index] && isSameJson(a[key], b[key]))
  );
}
