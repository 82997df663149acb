import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { AccessProhibitedError, RowNotFoundError } from '../../common/errors/app-error';
import { Transaction } from '../../platform/database/transaction';
import { EventBus } from '../../platform/events/event-bus';
import { PermissionsService } from '../groups/permissions.service';
import { ChatTagsService } from './chat-tags.service';
import { ChatsDeleted } from './chats.events';
import { ChatsRepository } from './chats.repository';

/**
 * Deleting chats over HTTP. The permission is looked at first, and here, because clients know another text for its lack
 * than the one of the route rules.
 */
@Injectable()
export class ChatDeletionService {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly tags: ChatTagsService,
    private readonly permissions: PermissionsService,
    private readonly transaction: Transaction,
    private readonly events: EventBus,
  ) {}

  /**
   * For owners with the permission, and administrators.
   * @throws AccessProhibitedError without the permission, RowNotFoundError also for the chat of somebody else.
   */
  async delete(caller: Principal, id: string): Promise<boolean> {
    await this.assertMayDelete(caller);
    return this.transaction.run(async () => {
      const chat = await this.chats.lock(id);
      if (!chat || (chat.userId !== caller.id && !isAdmin(caller))) throw new RowNotFoundError();
      await this.chats.delete(id);
      await this.tags.dropUnused(chat.userId, chat.meta);
      this.events.publish(new ChatsDeleted([id], chat.userId));
      return true;
    });
  }

  /** Every chat of the caller, with all tags. @throws AccessProhibitedError without the permission. */
  async deleteAll(caller: Principal): Promise<boolean> {
    await this.assertMayDelete(caller);
    return this.transaction.run(async () => {
      const ids = await this.chats.deleteAll(caller.id);
      await this.tags.dropAll(caller.id);
      this.events.publish(new ChatsDeleted(ids, caller.id));
      return true;
    });
  }

  private async assertMayDelete(caller: Principal): Promise<void> {
    if (!(await this.permissions.has(caller, 'chat.delete'))) throw new AccessProhibitedError();
  }
}
