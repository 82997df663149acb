import { createHash } from 'node:crypto';
import { memoryCollection } from '../index/document-scope';

const FILE_PREFIX = 'file-';
const MEMORY_PREFIX = memoryCollection('');
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Clients know names of web collections by this length. */
const WEB_LENGTH = 63;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The id of the file whose chunks the collection is; undefined for another kind of name. */
export const fileIdOf = (name: string): string | undefined =>
  name.startsWith(FILE_PREFIX) ? name.slice(FILE_PREFIX.length) : undefined;

/**
 * Whether an account may have a collection of this name for itself. Names of files, rows of other modules (UUIDs) and
 * memories of other accounts are none, whether they exist or not.
 */
export function isOwnName(accountId: string, name: string): boolean {
  if (name.startsWith(MEMORY_PREFIX)) return name === memoryCollection(accountId);
  return name !== '' && !name.startsWith(FILE_PREFIX) && !UUID.test(name);
}

/** As `isOwnName`, for texts and files of clients: the collection of the memories is written by their module alone. */
export const isWritableName = (accountId: string, name: string): boolean =>
  !name.startsWith(MEMORY_PREFIX) && isOwnName(accountId, name);

export const textCollectionName = (text: string): string => sha256(text);
export const pageCollectionName = (url: string): string => sha256(url).slice(0, WEB_LENGTH);
export const searchCollectionName = (queries: readonly string[]): string =>
  `web-search-${sha256(queries.join('-'))}`.slice(0, WEB_LENGTH);
