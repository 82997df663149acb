import type { JsonObject } from '../../common/util/json';

/** A chat in a list. */
export interface ChatTitle {
  id: string;
  title: string;
  /** Unix seconds. */
  updatedAt: number;
  createdAt: number;
}

/** What other modules know of a chat: no message bodies. */
export interface ChatSummary {
  id: string;
  userId: string;
  title: string;
  folderId: string | null;
  /** `{tags: [tag id…]}` and whatever an import brought. */
  meta: JsonObject;
  /** False for a chat without `history`: it has no messages that could be written to. */
  isTree: boolean;
}
