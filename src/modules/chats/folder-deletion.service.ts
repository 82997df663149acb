import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { ForbiddenError, NotFoundError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { Transaction } from '../../platform/database/transaction';
import { EventBus } from '../../platform/events/event-bus';
import { FoldersService } from '../folders/folders.service';
import { PermissionsService } from '../groups/permissions.service';
import { ChatFoldersRepository } from './chat-folders.repository';
import { ChatTagsService, tagIdsIn } from './chat-tags.service';
import { ChatsDeleted } from './chats.events';

/** Folders go here and not in their own module, because it takes the rules of chats to say what becomes of those. */
@Injectable()
export class FolderDeletionService {
  constructor(
    private readonly chats: ChatFoldersRepository,
    private readonly tags: ChatTagsService,
    private readonly folders: FoldersService,
    private readonly permissions: PermissionsService,
    private readonly transaction: Transaction,
    private readonly events: EventBus,
  ) {}

  /**
   * The folder with all that lie in it. Their chats, pinned and archived ones too, go with them; or they stay, in no
   * folder.
   * @throws NotFoundError; ForbiddenError when chats would go and the caller may not delete any.
   */
  delete(caller: Principal, id: string, withChats: boolean): Promise<boolean> {
    return this.transaction.run(async () => {
      const subtree = await this.folders.lockSubtree(caller.id, id);
      if (subtree.length === 0) throw new NotFoundError();
      if (withChats) await this.deleteChats(caller, subtree);
      await this.folders.delete(id);
      return true;
    });
  }

  private async deleteChats(caller: Principal, folderIds: string[]): Promise<void> {
    const mayDelete = await this.permissions.has(caller, 'chat.delete');
    if (!mayDelete && (await this.chats.hasAny(caller.id, folderIds)))
      throw new ForbiddenError(Detail.accessProhibited);
    const deleted = await this.chats.deleteAll(caller.id, folderIds);
    await this.tags.dropUnused(caller.id, { tags: [...new Set(deleted.flatMap(({ meta }) => tagIdsIn(meta)))] });
    const ids = deleted.map((chat) => chat.id);
    this.events.publish(new ChatsDeleted(ids, caller.id));
  }
}
