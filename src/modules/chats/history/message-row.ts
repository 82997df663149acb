import { bodyDigest, digest } from './digest';
import type { RawCopy } from './history.codec';
import { toColumns, type MessageColumns } from './message.codec';

/** How many earlier versions of a message are recognised. */
const MAX_PAST = 16;

/** A row of `chat_message` without the id of the chat; see the entity for the fields. */
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

/** What a save knows of the messages that it brings. */
export interface Origin {
  revision: number;
  unseen: string[] | null;
}

/** The row of a message that is stored for the first time. */
export function newRow(id: string, message: unknown, position: number, { revision, unseen }: Origin): MessageRow {
  const hashes = { hash: digest(message), bodyHash: bodyDigest(message) };
  return { id, ...toColumns(message), position, ...hashes, past: [], revision, unseen, serverKeys: [], saved: null };
}

/** The row after a save that has `message` in its place; `saved` is what the list `messages` goes on to show. */
export function savedRow(row: MessageRow, message: unknown, saved: RawCopy | null): MessageRow {
  const hashes = { hash: digest(message), bodyHash: bodyDigest(message) };
  const past = hashes.bodyHash === row.bodyHash ? row.past : pastOf(row);
  return { ...row, ...toColumns(message), ...hashes, past, saved };
}

/** The row after the server wrote these keys: without digests, so that the next save looks at it. */
export function patchedRow(row: MessageRow, before: unknown, message: unknown, keys: readonly string[]): MessageRow {
  return {
    ...row,
    ...toColumns(message),
    hash: null,
    bodyHash: null,
    past: pastOf(row),
    serverKeys: [...new Set([...row.serverKeys, ...keys])],
    saved: row.saved ?? { raw: before },
  };
}

const pastOf = ({ past, bodyHash }: MessageRow): string[] =>
  bodyHash === null ? past : [...past, bodyHash].slice(-MAX_PAST);

/**
 * Positions that keep the given order and as many of the present positions as a single pass finds; messages without one
 * come behind their predecessor.
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
