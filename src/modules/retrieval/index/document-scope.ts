/** The collection of an account with its memories: clients search it by this name. */
export const memoryCollection = (accountId: string): string => `user-memory-${accountId}`;

/** The documents that a request may search. The maker of a scope has authorised each part of it for the principal. */
export interface DocumentScope {
  /** Documents of these files. */
  fileIds?: string[];
  /** Documents without a file (web pages, posted texts, memories) in collections of one account. */
  collections?: { ownerId: string; names: string[] };
}
