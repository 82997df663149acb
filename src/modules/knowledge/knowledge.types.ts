import type { StoredFile } from '../files/files.types';

/** A file of a base, as lists show it: without its text. */
export interface FileOverview extends Pick<
  StoredFile,
  | 'id'
  | 'hash'
  | 'filename'
  | 'contentType'
  | 'size'
  | 'meta'
  | 'status'
  | 'error'
  | 'progress'
  | 'createdAt'
  | 'updatedAt'
> {
  knowledgeId: string;
}

/** A file of a base, with what tells whether a client has the same. */
export interface LinkedContent {
  id: string;
  filename: string;
  /** Hexadecimal SHA-256 of its bytes; null without any. */
  blobHash: string | null;
}

/** Files of a base, of all pages. */
export interface FileCounts {
  total: number;
  pending: number;
  failed: number;
}
