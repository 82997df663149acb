import { createHash } from 'node:crypto';
import { isJsonObject } from '../../../common/util/json';

/** Digest of the JSON text of a value: equal for equal text, key order included. */
export function digest(value: unknown): string {
  return createHash('sha1').update(JSON.stringify(value)).digest('base64url');
}

/** Digest of a message without its place in the tree: it stays the same when a child is added or the parent changes. */
export function bodyDigest(message: unknown): string {
  return digest(bodyOf(message));
}

/** Digest of what one key of a message holds. */
export const valueDigest = (key: string, value: unknown): string => `${key}:${digest(value)}`;

/** The message without `parentId` and `childrenIds`. */
export function bodyOf(message: unknown): unknown {
  if (!isJsonObject(message)) return message;
  const { parentId: _parent, childrenIds: _children, ...body } = message;
  return body;
}
