import type { RawCopy } from './history.codec';
import { digest } from './json-compare';
import { mergeTree, type MergedTree } from './merge-tree';
import { assignPositions, newRow, savedRow, toMessage, type MessageRow, type Origin } from './message-row';
import type { PostedTree, StoredMessage } from './tree';

/** A post that lacks more messages is no evidence of what its author had seen. */
const MAX_UNSEEN = 256;

/** The columns that a save compares first, without bodies. */
export type MessageIndex = Pick<MessageRow, 'id' | 'position' | 'hash' | 'revision' | 'unseen'> & { hasSaved: boolean };

/** The stored tree at the start of a save. */
export interface Snapshot {
  currentId: string | null;
  /** Number of the running save. */
  revision: number;
  /** Every message, in key order. */
  index: readonly MessageIndex[];
  /** The rows of `differingIds`. */
  rows: readonly MessageRow[];
}

/** The changes that a save makes. */
export interface SavePlan {
  /** The whole tree after the save. */
  messages: ReadonlyMap<string, unknown>;
  currentId: string | null;
  /** Rows to insert or replace. */
  rows: MessageRow[];
  /** New positions of rows that are otherwise unchanged. */
  moved: Map<string, number>;
  /** Deleted messages, as the list `messages` shows them. */
  removed: Map<string, RawCopy>;
  /** Rows whose `saved` version is no longer needed. */
  forgotten: string[];
}

/** Ids of the stored messages that the post does not repeat unchanged. */
export const differingIds = (index: readonly MessageIndex[], { messages }: PostedTree): string[] =>
  index
    .filter(({ id, hash }) => hash === null || !messages.has(id) || hash !== digest(messages.get(id)))
    .map(({ id }) => id);

/** `keepsCopies`: the list `messages` was not posted and continues to show the same entries. */
export function planSave(snapshot: Snapshot, posted: PostedTree, keepsCopies: boolean): SavePlan {
  const rows = new Map(snapshot.rows.map((row) => [row.id, row]));
  const messages = new Map(snapshot.index.map((entry) => [entry.id, toStored(entry, rows.get(entry.id), posted)]));
  const merged = mergeTree({ messages, currentId: snapshot.currentId }, posted);
  const { written, moved } = changes(snapshot, rows, messages, merged, keepsCopies);
  const removed = [...rows.values()].filter(({ id }) => merged.removed.has(id));
  return {
    messages: merged.messages,
    currentId: merged.currentId,
    rows: written,
    moved,
    removed: new Map(removed.map((row) => [row.id, copyOf(row)])),
    forgotten: keepsCopies ? [] : forgottenIds(snapshot.index, written, merged.removed),
  };
}

/** Unchanged messages are taken from the post instead of the database. */
function toStored(entry: MessageIndex, row: MessageRow | undefined, posted: PostedTree): StoredMessage {
  const { id, revision, unseen } = entry;
  if (!row) return { id, revision, unseen, message: posted.messages.get(id), past: [], serverKeys: [] };
  return { id, revision, unseen, message: toMessage(row), past: row.past, serverKeys: row.serverKeys };
}

function changes(
  { index, revision }: Snapshot,
  rows: ReadonlyMap<string, MessageRow>,
  stored: ReadonlyMap<string, StoredMessage>,
  { messages, unseen }: MergedTree,
  keepsCopies: boolean,
): { written: MessageRow[]; moved: Map<string, number> } {
  const origin = originOf(revision, unseen);
  const present = new Map(index.map(({ id, position }) => [id, position]));
  const moved = new Map<string, number>();
  const written: MessageRow[] = [];
  for (const [id, position] of assignPositions(messages.keys(), present)) {
    const row = rows.get(id);
    const message = messages.get(id);
    if (!present.has(id)) written.push(newRow(id, message, position, origin));
    else if (row && message !== stored.get(id)?.message)
      written.push({ ...savedRow(row, message, keepsCopies ? copyOf(row) : null), position });
    else if (position !== present.get(id)) moved.set(id, position);
  }
  return { written, moved };
}

const originOf = (revision: number, unseen: string[]): Origin =>
  unseen.length > MAX_UNSEEN ? { revision: 0, unseen: null } : { revision, unseen: unseen.length > 0 ? unseen : null };

const copyOf = (row: MessageRow): RawCopy => row.saved ?? { raw: toMessage(row) };

function forgottenIds(
  index: readonly MessageIndex[],
  written: readonly MessageRow[],
  removed: ReadonlySet<string>,
): string[] {
  const done = new Set(written.map(({ id }) => id));
  return index.filter(({ id, hasSaved }) => hasSaved && !done.has(id) && !removed.has(id)).map(({ id }) => id);
}
