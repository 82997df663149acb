import type { JsonObject } from '../../../common/util/json';
import { bodyDigest, digest, valueDigest } from './digest';
import type { RawCopy } from './history.codec';
import { toColumns, type MessageColumns } from './message.codec';
import { hasGrownFrom, isSameJson } from './same-json';

/** How many earlier versions of a message, or of single keys of it, are recognised. */
const MAX_PAST = 32;

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

/**
 * The row after the server wrote the keys of `patch` into `before`: without digests, so that the next save looks at it.
 * A value that did not just grow is remembered, for whoever loaded it and saves it later.
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
