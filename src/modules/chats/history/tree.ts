import { ValidationError } from '../../../common/errors/validation-error';
import { isJsonObject, type JsonObject } from '../../../common/util/json';

/** Messages of one chat in a request: more would block the event loop, since each step visits all of them. */
export const MAX_MESSAGES = 50_000;

/** A stored message with the history that a merge needs. */
export interface StoredMessage {
  id: string;
  message: unknown;
  /** Number of the save that inserted it; 0 when it is no evidence of what the author had seen. */
  revision: number;
  /** Ids that were stored at that save but missing from it; null for none. */
  unseen: readonly string[] | null;
  /** Body digests of earlier versions. */
  past: readonly string[];
  /** Keys that the server has written at any time. */
  serverKeys: readonly string[];
}

/** The stored tree, in key order. */
export interface StoredTree {
  messages: ReadonlyMap<string, StoredMessage>;
  currentId: string | null;
}

/** A tree as posted by a client. */
export interface PostedTree {
  messages: ReadonlyMap<string, unknown>;
  /** `history.currentId` if it is a string. */
  currentId: string | null;
  /** True for automatic saves of clients around a reply, false for saves caused by a user action. */
  isAutomatic: boolean;
}

/** @throws ValidationError when the tree or the list of a client's `chat` object has more than `MAX_MESSAGES`. */
export function assertMessageCount({ history, messages: list }: JsonObject): void {
  const tree = isJsonObject(history) && isJsonObject(history.messages) ? Object.keys(history.messages).length : 0;
  assertCount(tree, ['history', 'messages']);
  assertCount(Array.isArray(list) ? list.length : 0, ['messages']);
}

function assertCount(count: number, path: string[]): void {
  if (count <= MAX_MESSAGES) return;
  const msg = `A chat has at most ${MAX_MESSAGES} messages, not ${count}`;
  throw new ValidationError([{ type: 'too_long', loc: ['body', 'chat', ...path], msg, input: null }]);
}

/** `parentId` of a message if it is a string. */
export function parentOf(message: unknown): string | null {
  return isJsonObject(message) && typeof message.parentId === 'string' ? message.parentId : null;
}

/** The strings in `childrenIds`; empty when it is not a list. */
export function childrenOf(message: unknown): string[] {
  if (!isJsonObject(message) || !Array.isArray(message.childrenIds)) return [];
  return message.childrenIds.filter((id): id is string => typeof id === 'string');
}

/** The message and its ancestors that are `within`, nearest first. Safe on cycles: each node is visited once. */
export function pathUp(
  id: string,
  parent: (id: string) => string | null,
  within: { has(id: string): boolean },
): string[] {
  const path = new Set<string>();
  for (let at: string | null = id; at !== null && within.has(at) && !path.has(at); at = parent(at)) path.add(at);
  return [...path];
}

/** The leaf that a client shows for the branch of `id`: it follows the last child down. Safe on cycles. */
export function lastLeafBelow(id: string, messages: ReadonlyMap<string, unknown>): string {
  const visited = new Set<string>();
  let at = id;
  while (!visited.has(at)) {
    visited.add(at);
    const next = childrenOf(messages.get(at)).at(-1);
    if (next === undefined || !messages.has(next)) return at;
    at = next;
  }
  return at;
}

/** Appends to the list under `key`. */
export function addTo<K>(lists: Map<K, string[]>, key: K, id: string): void {
  const list = lists.get(key);
  if (list) list.push(id);
  else lists.set(key, [id]);
}
