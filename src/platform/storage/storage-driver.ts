import type { Readable } from 'node:stream';
import { NotFoundError } from '../../common/errors/app-error';
import type { ByteRange } from '../../common/http/answers/file-response';

/**
 * Where bytes live: the local disk, or an object store. Injected by this class as its token. No method assumes a path of
 * this machine, a rename from one key to another, or a process that is alone.
 */
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

  /** A missing object is no error. */
  abstract delete(key: string): Promise<void>;

  /** The objects whose keys begin with `<prefix>/`, in no order. */
  abstract list(prefix: string): AsyncIterable<ListedObject>;
}

/** What the server made and can make again, beside the uploads. Injected by this class as its token. */
export abstract class CacheStorage extends StorageDriver {}

export interface PutOptions {
  maxBytes?: number;
  /** Who stores it and for what, by name; for the operators of object stores that have tags. Others ignore it. */
  labels?: Readonly<Record<string, string>>;
}

export interface StoredObject {
  /** Bytes. */
  size: number;
  /** Unix seconds. */
  updatedAt: number;
}

export interface ListedObject extends StoredObject {
  key: string;
}

/** A row names an object that the storage does not have. */
export class StoredObjectMissingError extends NotFoundError {
  constructor(readonly key: string) {
    super();
  }
}

const KEY = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}(\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}){0,3}$/;

/**
 * Keys are made by the server from ids, never from a client's file names: letters, digits, `.`, `_`, `-`, in at most four
 * parts, none of which begins with a dot.
 */
export const isStorageKey = (key: string): boolean => KEY.test(key);

/** @throws RangeError */
export function assertStorageKey(key: string): void {
  if (!isStorageKey(key)) throw new RangeError('Not a storage key');
}
