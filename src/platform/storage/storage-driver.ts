import type { Readable } from 'node:stream';

/** Where uploaded bytes live: the local disk, or an object store. Injected by this class as its token. */
export abstract class StorageDriver {
  /**
   * Stores the content under the key; an older object of that key is replaced at once and as a whole. After a failure
   * nothing of the new content is left.
   * @returns the size in bytes.
   * @throws PayloadTooLargeError when the content is longer than `maxBytes`.
   */
  abstract put(key: string, content: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<number>;

  /**
   * The content, or the part of it in `range`.
   * @throws StoredObjectMissingError
   */
  abstract get(key: string, range?: ByteRange): Promise<Readable>;

  abstract find(key: string): Promise<StoredObject | null>;

  /** A key that has no object is no error. */
  abstract delete(key: string): Promise<void>;
}

export interface PutOptions {
  maxBytes?: number;
}

/** Positions of the first and the last byte, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface StoredObject {
  /** Bytes. */
  size: number;
  /** Unix seconds. */
  updatedAt: number;
}

/** A row names an object that the storage does not have. */
export class StoredObjectMissingError extends Error {
  constructor(key: string) {
    super(`The storage holds no ${key}`);
    this.name = 'StoredObjectMissingError';
  }
}

const KEY = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}(\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}){0,3}$/;

/**
 * Keys are made by the server from ids, never from what a client calls its file: letters, digits, `.`, `_`, `-`, in at
 * most four parts, none of which begins with a dot.
 * @throws RangeError for any other key.
 */
export function assertStorageKey(key: string): void {
  if (!KEY.test(key)) throw new RangeError('Not a storage key');
}
