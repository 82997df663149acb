import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { isSameJson } from './json-compare';
import { isOutdated, mergeMessage } from './merge-message';
import { removedBy } from './removals';
import { addTo, childrenOf, parentOf, type PostedTree, type StoredTree } from './tree';

/** The tree after a save. */
export interface MergedTree {
  /** In key order. */
  messages: Map<string, unknown>;
  removed: Set<string>;
  /** Stored messages that the post lacks and that are kept. */
  unseen: string[];
  /** The string to store as `history.currentId`; null keeps the posted value. */
  currentId: string | null;
}

/**
 * Merges a posted tree into the stored one without deleting messages that its author has not seen. Rules and known
 * limits: docs/adr/0022-merging-saves.md. Linear in the size of the trees.
 */
export function mergeTree(stored: StoredTree, posted: PostedTree): MergedTree {
  const { merged, hasNews } = mergeMessages(stored, posted);
  const removed = removedBy(posted, stored, hasNews);
  const unseen = [...stored.messages.keys()].filter((id) => !posted.messages.has(id) && !removed.has(id));
  const messages = inOrder(stored, merged, unseen);
  unlinkMoved(messages, unseen);
  linkUnseen(stored, messages, unseen);
  return { messages, removed, unseen, currentId: currentOf(stored, posted, messages, unseen) };
}

function mergeMessages(stored: StoredTree, posted: PostedTree) {
  const outdated = outdatedIn(stored, posted);
  const merged = new Map<string, unknown>();
  let hasNews = false;
  for (const [id, message] of posted.messages) {
    const entry = stored.messages.get(id);
    const result = entry ? mergeMessage(entry, message, outdated.has(id)) : { message, isNews: true };
    merged.set(id, result.message);
    hasNews ||= result.isNews;
  }
  return { merged, hasNews };
}

/**
 * Posted messages that equal an earlier version. When it is the only change of a user's save, the user has restored that
 * version on purpose, and it is not outdated.
 */
function outdatedIn(stored: StoredTree, { messages, isAutomatic }: PostedTree): Set<string> {
  const differing = [...messages].filter(([id, message]) => !isSameJson(stored.messages.get(id)?.message, message));
  const outdated = differing.filter(([id, message]) => {
    const entry = stored.messages.get(id);
    return entry !== undefined && isOutdated(entry, message);
  });
  const isRevert = !isAutomatic && outdated.length === 1 && differing.length === 1 && hasAll(stored, messages);
  return new Set(isRevert ? [] : outdated.map(([id]) => id));
}

const hasAll = (stored: StoredTree, messages: ReadonlyMap<string, unknown>): boolean =>
  [...stored.messages.keys()].every((id) => messages.has(id));

/** Posted order; each unseen message follows the nearest posted message that preceded it before. */
function inOrder(stored: StoredTree, merged: ReadonlyMap<string, unknown>, unseen: string[]): Map<string, unknown> {
  if (unseen.length === 0) return new Map(merged);
  const followers = followersOf(stored, merged, new Set(unseen));
  const ordered = new Map<string, unknown>();
  const append = (ids: string[] = []) => ids.forEach((id) => ordered.set(id, stored.messages.get(id)?.message));
  append(followers.get(null));
  for (const [id, message] of merged) {
    ordered.set(id, message);
    append(followers.get(id));
  }
  return ordered;
}

/** Unseen messages, grouped by the posted message that they follow; null for the start. */
function followersOf(stored: StoredTree, merged: ReadonlyMap<string, unknown>, unseen: ReadonlySet<string>) {
  const followers = new Map<string | null, string[]>();
  let before: string | null = null;
  for (const id of stored.messages.keys())
    if (merged.has(id)) before = id;
    else if (unseen.has(id)) addTo(followers, before, id);
  return followers;
}

/** Removes from unseen messages the children that the post has removed or moved to another parent. */
function unlinkMoved(messages: Map<string, unknown>, unseen: string[]): void {
  for (const id of unseen) {
    const message = messages.get(id);
    const children = childrenOf(message);
    const left = children.filter((child) => parentOf(messages.get(child)) === id);
    if (left.length < children.length) messages.set(id, { ...(message as JsonObject), childrenIds: left });
  }
}

/** Adds unseen children back to the `childrenIds` of posted parents, after the siblings that were stored before. */
function linkUnseen(stored: StoredTree, messages: Map<string, unknown>, unseen: string[]): void {
  const missing = new Map<string, string[]>();
  for (const id of unseen) {
    const parent = parentOf(stored.messages.get(id)?.message);
    if (parent !== null && isJsonObject(messages.get(parent))) addTo(missing, parent, id);
  }
  for (const [parent, ids] of missing) relink(parent, ids, stored, messages);
}

function relink(parent: string, ids: string[], stored: StoredTree, messages: Map<string, unknown>): void {
  const before = new Set(childrenOf(stored.messages.get(parent)?.message));
  const children = new Set(childrenOf(messages.get(parent)));
  const lost = ids.filter((id) => before.has(id) && !children.has(id));
  if (lost.length === 0) return;
  const known = [...children].filter((id) => before.has(id));
  const added = [...children].filter((id) => !before.has(id));
  messages.set(parent, { ...(messages.get(parent) as JsonObject), childrenIds: [...known, ...lost, ...added] });
}

/** The posted id if that message exists; otherwise the stored one, unless the post has seen everything and clears it. */
function currentOf(
  stored: StoredTree,
  posted: PostedTree,
  messages: ReadonlyMap<string, unknown>,
  unseen: readonly string[],
): string | null {
  if (posted.currentId !== null && messages.has(posted.currentId)) return posted.currentId;
  const isSettled = posted.currentId === null && unseen.length === 0;
  if (!isSettled && stored.currentId !== null && messages.has(stored.currentId)) return stored.currentId;
  return posted.currentId;
}
