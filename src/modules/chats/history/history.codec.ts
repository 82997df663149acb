import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { isSameJson } from './json-compare';

/** An entry of the list `messages` that is stored as is. */
export interface RawCopy {
  raw: unknown;
}

/** An entry of the list `messages`: the id of the equal message in the tree, or the value itself. */
export type Copy = string | RawCopy;

/** The client's `chat` object, split into the parts that are stored separately. */
export interface ExplodedChat {
  /** All keys in order; null replaces values stored elsewhere: `title`, the tree, `currentId` and `messages`. */
  header: JsonObject;
  /** False without an object `history.messages` (legacy chats); `history` then stays in the header unchanged. */
  isTree: boolean;
  /** `history.currentId` if it is a string. */
  currentId: string | null;
  /** `history.messages`, in key order. */
  messages: Map<string, unknown>;
  /** The list `messages`; null when there is none. */
  copies: Copy[] | null;
}

/** Input of `assemble`; `saved` holds the versions that the list `messages` still shows of changed messages. */
export interface StoredChat extends Omit<ExplodedChat, 'messages'> {
  title: string;
  messages: ReadonlyMap<string, unknown>;
  saved: ReadonlyMap<string, RawCopy>;
}

/**
 * Splits a `chat` object without losing a key or the key order. `title` must be a string or absent; everything else may
 * have any shape.
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
    chat.messages = copies.flatMap((copy) =>
      typeof copy === 'string' ? toListEntries(copy, messages, saved) : [copy.raw],
    );
  return chat;
}

/** Stores each entry as a reference to the equal message in the tree; without one, the entry itself. */
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
  const messages = toMap(history.messages);
  const currentId = typeof history.currentId === 'string' ? history.currentId : null;
  const rest = { ...history, messages: null };
  return { isTree: true, history: currentId === null ? rest : { ...rest, currentId: null }, currentId, messages };
}

/** By keys: entries of 200,000 messages would create as many arrays. */
function toMap(object: JsonObject): Map<string, unknown> {
  const map = new Map<string, unknown>();
  for (const key of Object.keys(object)) map.set(key, object[key]);
  return map;
}

function assembleTree(history: unknown, currentId: string | null, messages: ReadonlyMap<string, unknown>): JsonObject {
  const tree = isJsonObject(history) ? { ...history } : {};
  tree.messages = Object.fromEntries(messages);
  if (currentId !== null) tree.currentId = currentId;
  return tree;
}

/** The list entry for a reference; empty for a message that was removed after the list was read. */
export function toListEntries(
  id: string,
  messages: ReadonlyMap<string, unknown>,
  saved: ReadonlyMap<string, RawCopy>,
): unknown[] {
  const copy = saved.get(id);
  if (copy) return [copy.raw];
  return messages.has(id) ? [messages.get(id)] : [];
}
