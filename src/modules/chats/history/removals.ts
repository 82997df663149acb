import {
  childrenOf,
  lastLeafBelow,
  parentOf,
  pathUp,
  type PostedTree,
  type StoredMessage,
  type StoredTree,
} from './tree';

/**
 * Ids of the stored messages that a post removes. A post does not say which missing messages its author has never seen;
 * docs/adr/0022-merging-saves.md explains the rules.
 *
 * A missing message is removed when nothing in the post refers to it and its author provably knew it: the post contains a
 * message whose save included this one, or removing it is all that the post does. A message that stays keeps its
 * ancestors. A user's post without any message empties the chat.
 */
export function removedBy(posted: PostedTree, stored: StoredTree, hasNews: boolean): Set<string> {
  const missing = [...stored.messages.values()].filter(({ id }) => !posted.messages.has(id));
  if (missing.length === 0) return new Set();
  if (posted.messages.size === 0) return new Set(posted.isAutomatic ? [] : stored.messages.keys());
  const referred = references(posted);
  const candidates = missing.filter(({ id }) => !referred.has(id));
  const removed = new Set(candidates.filter(knowledgeOf(posted, stored)).map(({ id }) => id));
  if (!hasNews && !posted.isAutomatic) singleRemoval(posted, candidates).forEach((id) => removed.add(id));
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
 * A client that has a message either posted it or loaded the whole chat later. So a post that contains a message of save
 * n knows everything stored at save n, except what that save lacked.
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
 * The missing messages if they are one message with its direct replies, and the post shows what a client shows after
 * removing them; otherwise none. Clients remove no more at once: they move later messages up. If more is missing, some
 * of it was never loaded, and the post does not tell which.
 */
function singleRemoval(posted: PostedTree, candidates: readonly StoredMessage[]): string[] {
  const ids = new Set(candidates.map(({ id }) => id));
  const tops = candidates.filter(({ message }) => !ids.has(parentOf(message) ?? ''));
  const [top] = tops;
  if (!top || tops.length > 1 || !isShownInstead(posted, parentOf(top.message))) return [];
  return candidates.every(({ id, message }) => id === top.id || parentOf(message) === top.id) ? [...ids] : [];
}

/** Without a parent nothing is left to show: the client retains the id of the removed message, or has none. */
function isShownInstead({ messages, currentId }: PostedTree, parent: string | null): boolean {
  if (parent === null) return currentId === null || !messages.has(currentId);
  return messages.has(parent) && currentId === lastLeafBelow(parent, messages);
}

/** Follows the links that hold after the save: posted ones where there are any. */
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
