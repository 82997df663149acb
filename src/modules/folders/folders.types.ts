import type { JsonObject } from '../../common/util/json';

/** A folder in a list: without what its owner put into it. */
export interface FolderSummary {
  id: string;
  name: string;
  parentId: string | null;
  isExpanded: boolean;
  hasMeta: boolean;
  icon: string | null;
  /** Unix seconds. */
  createdAt: number;
  updatedAt: number;
}

/** A folder among the others of its owner. */
export interface FolderPlace {
  id: string;
  parentId: string | null;
  name: string;
}

/** What the chats of a folder have in common when a model is asked. */
export interface FolderContext {
  /** Empty for none. */
  systemPrompt: string;
  /** Those of the folder's files that its owner may read now. */
  files: JsonObject[];
}
