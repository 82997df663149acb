import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { FileAccessSource } from '../../files/file-access.source';
import type { FileLevel } from '../../files/files.types';
import { SharedChatsRepository } from './shared-chats.repository';

/** Files of the owner that a shared snapshot has attached are readable for those who may read it: every account. */
@Injectable()
@FileAccessSource()
export class SharedFileAccessService implements FileAccessSource {
  constructor(private readonly shared: SharedChatsRepository) {}

  async findAccessible(_: Principal, level: FileLevel, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(level === 'read' ? await this.shared.findFileIds(ids) : []);
  }
}
