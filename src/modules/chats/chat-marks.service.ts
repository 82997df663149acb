import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import type { Chat } from './chat.entity';
import { ChatRecordsService } from './chat-records.service';
import type { ChatResponse } from './chats.dto';
import { ChatsRepository } from './chats.repository';
import { ForeignChatError } from './foreign-chat.error';

/** Where a chat shows: pinned, archived. */
@Injectable()
export class ChatMarksService {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly records: ChatRecordsService,
    private readonly transaction: Transaction,
  ) {}

  /** Null on rows of older systems. @throws ForeignChatError, like the others. */
  async isPinned(caller: Principal, id: string): Promise<boolean | null> {
    const chat = await this.chats.findOwned(caller.id, id);
    if (!chat) throw new ForeignChatError();
    return chat.pinned;
  }

  togglePinned(caller: Principal, id: string): Promise<ChatResponse> {
    return this.change(caller, id, ({ pinned }) => ({ pinned: !pinned }));
  }

  /** Takes the chat out of its folder, in both directions. */
  toggleArchived(caller: Principal, id: string): Promise<ChatResponse> {
    return this.change(caller, id, ({ archived }) => ({ archived: !archived, folderId: null }));
  }

  /** Nothing else of the chats changes, not even their time. */
  async archiveAll(caller: Principal, isArchived: boolean): Promise<boolean> {
    await this.transaction.run(() => this.chats.setArchived(caller.id, isArchived));
    return true;
  }

  private async change(caller: Principal, id: string, change: (chat: Chat) => Partial<Chat>): Promise<ChatResponse> {
    await this.transaction.run(async () => {
      const chat = await this.chats.lock(id);
      if (chat?.userId !== caller.id) throw new ForeignChatError();
      await this.chats.update(id, { ...change(chat), updatedAt: nowSeconds() });
    });
    return this.records.getAny(id);
  }
}
