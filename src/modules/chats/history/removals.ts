import { childrenOf, lastLeafBelow, parentOf, pathUp } from './links';
import type { PostedTree, StoredMessage, StoredTree } from './stored-message';

/**
 * Which of the stored messages that a post lacks it removes. A post says nothing about messages that its author never
 * saw, and it does not tell which those are; docs/adr/0030-merging-saves.md has the reasons of the rules here.
 *
 * A missing message is removed when nothing in the post refers to it and its author demonstrably knew it: by having a
 * message that was brought by a save with this one in it, or by doing nothing but removing it. A message that has to stay keeps its ancestors. A deliberate post of nothing at all empties the
 * chat.
 */
export function removedBy(posted: PostedTree, stored: StoredTree, hasNews: boolean): Set<string> {
  const missing = [...stored.messages.values()].filter(({ id }) => !posted.messages.has(id));
  if (missing.length === 0) return new Set();
  if (posted.messages.size === 0) return new Set(posted.isAutomatic ? [] : stored.messages.keys());
  const referred = references(posted);
  const candidates = missing.filter(({ id }) => !referred.has(id));
  const removed = new Set(candidates.filter(knowledgeOf(posted, stored)).map(({ id }) => id));
  if (!hasNews && !posted.isAutomatic) onlyOne(posted, candidates).forEach((id) => removed.add(id));
  keepAncestors(
    missing.filter(({ id }) => !removed.has(id)),
    posted,
    stored,
    removed,
  );
  return removed;
}

function references({ messages }: PostedTree): Set<string> {
  const ids = new Set<string>();
  for (const message of messages.values()) {
    for (const id of childrenOf(message)) ids.add(id);
    const parent = parentOf(message);
    if (parent !== null) ids.add(parent);
  }
  return ids;
}

/**
 * Whoever has a message either brought it or loaded the whole chat later. So a post with a message of save n knows
 * everything that was there at save n, except what that save did not know.
 */
function knowledgeOf(posted: PostedTree, stored: StoredTree): (entry: StoredMessage) => boolean {
  const known = [...stored.messages.values()].filter(({ id }) => posted.messages.has(id));
  const latest = known.reduce((highest, { revision, unseen }) => Math.max(highest, unseen ? 0 : revision), 0);
  const partial = known.filter(({ unseen }) => unseen !== null);
  return ({ id, revision }) =>
    revision > 0 &&
    (revision <= latest || partial.some((witness) => revision <= witness.revision && !witness.unseen?.includes(id)));
}

/**
 * What is missing, if that is just one message with its answers and the post shows what a client shows after removing
 * it; else nothing. Clients remove no more at a time: they hang what follows the answers higher. Whatever else is missing
 * is unseen, and then nobody can tell which is which.
 */
function onlyOne(posted: PostedTree, candidates: readonly StoredMessage[]): string[] {
  const ids = new Set(candidates.map(({ id }) => id));
  const tops = candidates.filter(({ message }) => !ids.has(parentOf(message) ?? ''));
  const [top] = tops;
  if (!top || tops.length > 1 || !isShownInstead(posted, parentOf(top.message))) return [];
  return candidates.every(({ id, message }) => id === top.id || parentOf(message) === top.id) ? [...ids] : [];
}

/** Without a parent there is nothing left to show: a client then keeps the id of what it removed, or has none. */
function isShownInstead({ messages, currentId }: PostedTree, parent: string | null): boolean {
  if (parent === null) return currentId === null || !messages.has(currentId);
  return messages.has(parent) && currentId === lastLeafBelow(parent, messages);
}

/** Ancestors by the links that hold after the save: the posted ones where there are any. */
function keepAncestors(
  kept: readonly StoredMessage[],
  posted: PostedTree,
  stored: StoredTree,
  removed: Set<string>,
): void {
  const visited = new Set<string>();
  const within = { has: (id: string) => stored.messages.has(id) && !visited.has(id) };
  const parent = (id: string) => (posted.messages.has(id) ? parentOf(posted.messages.get(id)) : parentIn(stored)(id));
  for (const { id } of kept)
    for (const ancestor of pathUp(id, parent, within)) {
      visited.add(ancestor);
      removed.delete(ancestor);
    }
}

const parentIn =
  (stored: StoredTree) =>
  (id: string): string | null =>
    parentOf(stored.messages.get(id)?.message);
