import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { RawCopy } from './history.codec';
import { bodyDigest, digest, hasGrownFrom, isSameJson, valueDigest } from './json-compare';

/** A message object on the wire; its keys are defined by the client. */
export type ChatMessageJson = JsonObject;

/** A value of `history.messages` as columns. A column that is set leaves null in its place in `extra`. */
export interface MessageColumns {
  parentId: string | null;
  role: string | null;
  content: string | null;
  extra: unknown;
}

/** A row of `chat_message` without the chat id; the entity describes the columns. */
export interface MessageRow extends MessageColumns {
  id: string;
  position: number;
  hash: string | null;
  bodyHash: string | null;
  past: string[];
  revision: number;
  unseen: string[] | null;
  serverKeys: string[];
  saved: RawCopy | null;
}

/** The save that inserts a message: its number and the stored ids that it lacked. */
export interface Origin {
  revision: number;
  unseen: string[] | null;
}

const COLUMNS = ['parentId', 'role', 'content'] as const;

/** Number of earlier versions, of a message or of single keys, that are recognized. */
const MAX_PAST = 32;

/** Splits a message into columns. A message that is not an object (legacy trees) is stored as a whole in `extra`. */
export function toColumns(message: unknown): MessageColumns {
  const columns: MessageColumns = { parentId: null, role: null, content: null, extra: message };
  if (!isJsonObject(message)) return columns;
  const extra = { ...message };
  for (const key of COLUMNS) {
    const value = message[key];
    if (typeof value !== 'string') continue;
    columns[key] = value;
    extra[key] = null;
  }
  return { ...columns, extra };
}

/** The inverse of `toColumns`; keeps key order. */
export function toMessage(columns: MessageColumns): unknown {
  if (!isJsonObject(columns.extra)) return columns.extra;
  const message = { ...columns.extra };
  for (const key of COLUMNS) if (columns[key] !== null) message[key] = columns[key];
  return message;
}

/** The row of a message that is stored for the first time. */
export function newRow(id: string, message: unknown, position: number, { revision, unseen }: Origin): MessageRow {
  const hashes = { hash: digest(message), bodyHash: bodyDigest(message) };
  return { id, ...toColumns(message), position, ...hashes, past: [], revision, unseen, serverKeys: [], saved: null };
}

/** The row after a save that stores `message`; `saved` is what the list `messages` continues to show. */
export function savedRow(row: MessageRow, message: unknown, saved: RawCopy | null): MessageRow {
  const hashes = { hash: digest(message), bodyHash: bodyDigest(message) };
  const past = hashes.bodyHash === row.bodyHash ? row.past : pastOf(row);
  return { ...row, ...toColumns(message), ...hashes, past, saved };
}

/**
 * The row after the server wrote the keys of `patch` into `before`. It has no digests, so that the next save compares
 * it. Values that were replaced rather than extended are stored as earlier versions: a client may still post them.
 */
export function patchedRow(row: MessageRow, before: JsonObject, patch: JsonObject): MessageRow {
  const replaced = Object.keys(patch).filter(
    (key) => Object.hasOwn(before, key) && isReplaced(before[key], patch[key]),
  );
  const past = [...pastOf(row), ...replaced.map((key) => valueDigest(key, before[key]))];
  return {
    ...row,
    ...toColumns({ ...before, ...patch }),
    hash: null,
    bodyHash: null,
    past: past.slice(-MAX_PAST),
    serverKeys: [...new Set([...row.serverKeys, ...Object.keys(patch)])],
    saved: row.saved ?? { raw: before },
  };
}

const isReplaced = (before: unknown, after: unknown): boolean =>
  !isSameJson(before, after) && !hasGrownFrom(before, after);

const pastOf = ({ past, bodyHash }: MessageRow): string[] =>
  bodyHash === null ? past : [...past, bodyHash].slice(-MAX_PAST);

/**
 * Assigns increasing positions in the given order and keeps as many present positions as a single pass can. Messages
 * without a position follow their predecessor.
 */
export function assignPositions(ids: Iterable<string>, present: ReadonlyMap<string, number>): Map<string, number> {
  const positions = new Map<string, number>();
  let last = -1;
  for (const id of ids) {
    last = Math.max(last + 1, present.get(id) ?? 0);
    positions.set(id, last);
  }
  return positions;
}
