import { createHash } from 'node:crypto';
import { isJsonObject } from '../../../common/util/json';

/** True when both values serialize to the same JSON text; key order counts. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && isSameList(a, b);
  return isJsonObject(a) && isJsonObject(b) && isSameObject(a, b);
}

/** True when `value` is a longer string or list that begins with all of `start`. */
export function hasGrownFrom(start: unknown, value: unknown): boolean {
  if (Array.isArray(start) && Array.isArray(value)) return isProperPrefix(start, value);
  return typeof start === 'string' && typeof value === 'string' && isLongerText(start, value);
}

/** Digest of the JSON text of a value; key order counts. */
export function digest(value: unknown): string {
  return createHash('sha1').update(JSON.stringify(value)).digest('base64url');
}

/** Digest of a message without its links: adding a child or changing the parent keeps it. */
export const bodyDigest = (message: unknown): string => digest(bodyOf(message));

/** Digest of the value of one key of a message. */
export const valueDigest = (key: string, value: unknown): string => `${key}:${digest(value)}`;

/** True when two messages differ in nothing but their links. */
export const hasSameBody = (a: unknown, b: unknown): boolean => isSameJson(bodyOf(a), bodyOf(b));

/** The message without `parentId` and `childrenIds`. */
function bodyOf(message: unknown): unknown {
  if (!isJsonObject(message)) return message;
  const { parentId: _parent, childrenIds: _children, ...body } = message;
  return body;
}

const isProperPrefix = (start: readonly unknown[], list: readonly unknown[]): boolean =>
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
