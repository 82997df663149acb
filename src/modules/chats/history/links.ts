import { isJsonObject } from '../../../common/util/json';

/** `parentId` of a message, when it is a text. */
export function parentOf(message: unknown): string | null {
  return isJsonObject(message) && typeof message.parentId === 'string' ? message.parentId : null;
}

/** The texts in `childrenIds`; empty when that is no list. */
export function childrenOf(message: unknown): string[] {
  if (!isJsonObject(message) || !Array.isArray(message.childrenIds)) return [];
  return message.childrenIds.filter((id): id is string => typeof id === 'string');
}

/** The message and its ancestors as far as they are `within`, nearest first; a cycle is gone round once. */
export function pathUp(
  id: string,
  parent: (id: string) => string | null,
  within: { has(id: string): boolean },
): string[] {
  const path = new Set<string>();
  for (let at: string | null = id; at !== null && within.has(at) && !path.has(at); at = parent(at)) path.add(at);
  return [...path];
}

/** Where a client goes when it shows the branch of `id`: to its last child, and on to the last child of that. */
export function lastLeafBelow(id: string, messages: ReadonlyMap<string, unknown>): string {
  const seen = new Set<string>();
  let at = id;
  while (!seen.has(at)) {
    seen.add(at);
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
