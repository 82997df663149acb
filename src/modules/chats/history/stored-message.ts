/** A stored message with what the merge has to know of its past. */
export interface StoredMessage {
  id: string;
  message: unknown;
  /** Number of the save that brought it; 0 when that tells nothing about what its author knew. */
  revision: number;
  /** What was stored at that save and missing from it. */
  unseen: readonly string[] | null;
  /** Body digests of earlier versions. */
  past: readonly string[];
  /** Keys that the server has ever written. */
  serverKeys: readonly string[];
}

/** A tree as it is stored; the map has the order of the keys. */
export interface StoredTree {
  messages: ReadonlyMap<string, StoredMessage>;
  currentId: string | null;
}

/** A tree as a client posts it. */
export interface PostedTree {
  messages: ReadonlyMap<string, unknown>;
  /** `history.currentId` when it is a text. */
  currentId: string | null;
  /** A save that the client makes by itself around a reply, not because somebody acted on the messages. */
  isAutomatic: boolean;
}
