import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { isSameJson } from './same-json';

/** An entry of the list `messages` that is written out. */
export interface RawCopy {
  raw: unknown;
}

/** An entry of the list `messages`: the id of the row that it equals, or the value itself. */
export type Copy = string | RawCopy;

/** The client's `chat` object, taken apart. */
export interface ExplodedChat {
  /** Every key in its place; null where a value is kept elsewhere: `title`, the tree and its current id, `messages`. */
  header: JsonObject;
  /** False when there is no `history`, or one without an object `messages` (legacy): then it is in the header as it came. */
  isTree: boolean;
  /** `history.currentId` when it is a text. */
  currentId: string | null;
  /** `history.messages`, in key order. */
  messages: Map<string, unknown>;
  /** The list `messages`; null when there is none. */
  copies: Copy[] | null;
}

/** What `assemble` needs: the parts, the title, and the messages that changed after the list `messages` was saved. */
export interface StoredChat extends Omit<ExplodedChat, 'messages'> {
  title: string;
  messages: ReadonlyMap<string, unknown>;
  saved: ReadonlyMap<string, RawCopy>;
}

/**
 * Takes a `chat` object apart without losing a key or the order of keys. `title` must be a text or absent; everything
 * else may have any form.
 */
export function explode(chat: JsonObject): ExplodedChat {
  const header = { ...chat };
  if (Object.hasOwn(chat, 'title')) header.title = null;
  const tree = explodeTree(chat);
  if (tree.isTree) header.history = tree.history;
  const copies = Array.isArray(chat.messages) ? toCopies(chat.messages, tree.messages) : null;
  if (copies) header.messages = null;
  return { header, isTree: tree.isTree, currentId: tree.currentId, messages: tree.messages, copies };
}

/** The inverse of `explode`. */
export function assemble({ header, title, isTree, currentId, messages, copies, saved }: StoredChat): JsonObject {
  const chat = { ...header };
  if (Object.hasOwn(header, 'title')) chat.title = title;
  if (isTree) chat.history = assembleTree(header.history, currentId, messages);
  if (copies)
    chat.messages = copies.flatMap((copy) => (typeof copy === 'string' ? copied(copy, messages, saved) : [copy.raw]));
  return chat;
}

/** Each copy as a reference to the message that it repeats, or written out when it differs from it. */
export function toCopies(list: readonly unknown[], messages: ReadonlyMap<string, unknown>): Copy[] {
  return list.map((copy) => {
    const id = isJsonObject(copy) ? copy.id : undefined;
    const isRepeated = typeof id === 'string' && messages.has(id) && isSameJson(copy, messages.get(id));
    return isRepeated ? id : { raw: copy };
  });
}

function explodeTree({ history }: JsonObject) {
  if (!isJsonObject(history) || !isJsonObject(history.messages))
    return { isTree: false, history, currentId: null, messages: new Map<string, unknown>() };
  const messages = new Map<string, unknown>(Object.entries(history.messages));
  const currentId = typeof history.currentId === 'string' ? history.currentId : null;
  const rest = { ...history, messages: null };
  return { isTree: true, history: currentId === null ? rest : { ...rest, currentId: null }, currentId, messages };
}

function assembleTree(history: unknown, currentId: string | null, messages: ReadonlyMap<string, unknown>): JsonObject {
  const tree = isJsonObject(history) ? { ...history } : {};
  tree.messages = Object.fromEntries(messages);
  if (currentId !== null) tree.currentId = currentId;
  return tree;
}

/** What the list shows for a reference: nothing for a message that a save has removed since the rest was read. */
export function copied(
  id: string,
  messages: ReadonlyMap<string, unknown>,
  saved: ReadonlyMap<string, RawCopy>,
): unknown[] {
  const copy = saved.get(id);
  if (copy) return [copy.raw];
  return messages.has(id) ? [messages.get(id)] : [];
}
