import { DiscoveryService } from '@nestjs/core';
import type { Principal } from '../../common/auth/principal';
import type { FileLevel } from './files.types';

/** Gives access to files of other users through rows of another module: knowledge bases, shared chats, channels. */
export interface FileAccessSource {
  /**
   * Those of `ids` that rows of this module let the principal use at this level. The number of queries does not depend on
   * the number of ids.
   */
  findAccessible(principal: Principal, level: FileLevel, ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Declares a source. Any module may have one; they are found among its providers. */
export const FileAccessSource = DiscoveryService.createDecorator();
