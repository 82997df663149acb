import { Injectable } from '@nestjs/common';
import { ownedBy } from '../../common/auth/owned-by';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { ForbiddenError, NotFoundError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { Transaction } from '../../platform/database/transaction';
import { EventBus } from '../../platform/events/event-bus';
import { FoldersService } from '../folders/folders.service';
import { PermissionsService } from '../groups/permissions/permissions.service';
import { ChatsDeleted } from './chats.events';
import { ChatsRepository } from './chats.repository';
import { ChatTagsService, tagIdsIn } from './tags/chat-tags.service';

/** Deletes chats, and folders with their chats. */
@Injectable()
export class ChatDeletionService {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly tags: ChatTagsService,
    private readonly folders: FoldersService,
    private readonly permissions: PermissionsService,
    private readonly transaction: Transaction,
    private readonly events: EventBus,
  ) {}

  /** For owners and administrators. @throws RowNotFoundError also for another user's chat. */
  delete(principal: Principal, id: string): Promise<boolean> {
    return this.transaction.run(async () => {
      const chat = ownedBy(principal, await this.chats.lock(id), { isExempt: isAdmin(principal) });
      await this.chats.delete(id);
      await this.tags.dropUnused(chat.userId, tagIdsIn(chat.meta));
      this.events.publish(new ChatsDeleted([id], chat.userId));
      return true;
    });
  }

  /** Deletes all chats and tags of the principal. */
  deleteAll(principal: Principal): Promise<boolean> {
    return this.transaction.run(async () => {
      const ids = await this.chats.deleteAll(principal.id);
      await this.tags.dropUnused(principal.id);
      this.events.publish(new ChatsDeleted(ids, principal.id));
      return true;
    });
  }

  /**
   * Deletes a folder with its subfolders. Their chats, pinned and archived ones included, are deleted too, or with
   * `withChats` false moved out of any folder.
   * @throws NotFoundError; ForbiddenError when chats would be deleted without the permission.
   */
  deleteFolder(principal: Principal, id: string, withChats: boolean): Promise<boolean> {
    return this.transaction.run(async () => {
      const subtree = await this.folders.lockSubtree(principal.id, id);
      if (subtree.length === 0) throw new NotFoundError();
      if (withChats) await this.deleteIn(principal, subtree);
      await this.folders.delete(id);
      return true;
    });
  }

  /** The permission is checked here and not on the route: a folder without chats may be deleted without it. */
  private async deleteIn(principal: Principal, folderIds: string[]): Promise<void> {
    const mayDelete = await this.permissions.has(principal, 'chat.delete');
    if (!mayDelete && (await this.chats.hasAnyIn(principal.id, folderIds)))
      throw new ForbiddenError(Detail.accessProhibited);
    const deleted = await this.chats.deleteIn(principal.id, folderIds);
    await this.tags.dropUnused(principal.id, [...new Set(deleted.flatMap(({ meta }) => tagIdsIn(meta)))]);
    const ids = deleted.map((chat) => chat.id);
    this.events.publish(new ChatsDeleted(ids, principal.id));
  }
}
