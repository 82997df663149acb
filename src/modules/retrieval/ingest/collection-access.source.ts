import { DiscoveryService } from '@nestjs/core';
import type { Principal } from '../../../common/auth/principal';
import type { DocumentScope } from '../index/document-scope';

export type CollectionLevel = 'read' | 'write';

/** Resolves collection names of another module: ids of knowledge bases, for example. They have the form of a UUID. */
export interface CollectionAccessSource {
  /**
   * The documents behind those of `names` that the principal may use at this level, by name. Unknown and foreign names are
   * both absent. The number of queries does not depend on the number of names.
   */
  resolve(
    principal: Principal,
    names: readonly string[],
    level: CollectionLevel,
  ): Promise<ReadonlyMap<string, DocumentScope>>;

  /** Adds files to a collection that is writable for the principal. Those that it has already are skipped. */
  addFiles?(principal: Principal, name: string, fileIds: readonly string[]): Promise<void>;

  /** Takes a file out of a collection, for an administrator. @returns whether the collection had it. */
  removeFile?(name: string, fileId: string): Promise<boolean>;

  /** Deletes all collections of the module with what refers to them, as part of the running transaction. */
  deleteAll?(): Promise<void>;
}

/** Declares a source. Any module may have one; they are found among its providers. */
export const CollectionAccessSource = DiscoveryService.createDecorator();
