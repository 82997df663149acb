import type { JsonObject } from '../../common/util/json';

export type FileStatus = 'pending' | 'completed' | 'failed';

/** `read`: see the file and its text. `write`: change its text, delete it. */
export type FileLevel = 'read' | 'write';

/** How far the processing is; `stage` is a word for clients: `extracting`, `embedding`, … */
export interface FileProgress {
  stage: string;
  done: number;
  /** Null while it is unknown. */
  total: number | null;
}

/** A file without its text. */
export interface StoredFile {
  id: string;
  userId: string;
  filename: string;
  contentType: string | null;
  /** Bytes. */
  size: number | null;
  /** Hexadecimal SHA-256 of the extracted text. */
  hash: string | null;
  /** Null for a file that is not to be processed. */
  status: FileStatus | null;
  error: string | null;
  progress: FileProgress | null;
  /** Of the last request to process the file; see `FileProcessingService`. */
  revision: number;
  /** What clients see as `meta` beside name, type and size. */
  meta: JsonObject;
  /** False for rows that have a text only. */
  hasBlob: boolean;
  /** Unix seconds. */
  createdAt: number;
  updatedAt: number;
}

/** The name of the collection that is the chunks of one file. */
export const collectionNameOf = (fileId: string): string => `file-${fileId}`;
