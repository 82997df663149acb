import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../../common/auth/principal';
import { AccessProhibitedError, RowNotFoundError } from '../../../common/errors/app-error';
import { nowSeconds } from '../../../common/util/time';
import { Transaction } from '../../../platform/database/transaction';
import { UserAlias } from '../../users/user-views.service';
import { ChatRecordsService } from '../chat-records.service';
import type { ChatResponse } from '../chats.dto';
import { ChatsRepository, ForeignChatError } from '../chats.repository';
import { ChatsSettings } from '../chats.settings';
import { SHARED_PREFIX, toSharedChatResponse } from './shared-chats.dto';
import { SharedChatsRepository } from './shared-chats.repository';

/**
 * Share links: a snapshot of a chat, unchanged until the owner shares the chat again, for every verified user who has its
 * id. Deleted with the chat, with the owner's account, and when the owner stops sharing.
 */
@Injectable()
export class SharedChatsService {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly shared: SharedChatsRepository,
    private readonly records: ChatRecordsService,
    private readonly settings: ChatsSettings,
    private readonly transaction: Transaction,
  ) {}

  @UserAlias(SHARED_PREFIX)
  findOwner(chatId: string): Promise<string | null> {
    return this.shared.findOwner(chatId);
  }

  /**
   * Returns the snapshot, whose id does not change when sharing again. @throws AccessProhibitedError for an unknown or
   * another user's chat.
   */
  async share(principal: Principal, chatId: string): Promise<ChatResponse> {
    return this.transaction.run(async () => {
      const chat = await this.chats.lockOwned(principal, chatId, () => new AccessProhibitedError());
      const { chat: content } = await this.records.getAny(chatId);
      const id = chat.shareId ?? randomUUID();
      const { title, meta, pinned, folderId, createdAt } = chat;
      const snapshot = { id, chatId, title, content, meta, pinned, folderId, createdAt, updatedAt: nowSeconds() };
      await this.shared.write(snapshot);
      if (chat.shareId === null) await this.chats.update(chatId, { shareId: id });
      return toSharedChatResponse(snapshot);
    });
  }

  /** Returns false when the chat was not shared. @throws AccessProhibitedError for an unknown or another user's chat. */
  unshare(principal: Principal, chatId: string): Promise<boolean> {
    return this.transaction.run(async () => {
      const chat = await this.chats.lockOwned(principal, chatId, () => new AccessProhibitedError());
      if (chat.shareId === null) return false;
      await this.shared.delete(chatId);
      await this.chats.update(chatId, { shareId: null });
      return true;
    });
  }

  /** @throws RowNotFoundError for an unknown snapshot or chat, and without access. */
  async get(principal: Principal, id: string): Promise<ChatResponse> {
    const found = await this.find(principal, id);
    if (!found) throw new RowNotFoundError();
    return found;
  }

  /** Snapshots by id, unordered; does not check access. */
  async findAll(ids: readonly string[]): Promise<ChatResponse[]> {
    return (await this.shared.findAll(ids)).map(toSharedChatResponse);
  }

  /** Copies the content into a new chat, without tags, pin and folder. @throws ForeignChatError as `get` does. */
  async clone(principal: Principal, id: string): Promise<ChatResponse> {
    const source = await this.find(principal, id);
    if (!source) throw new ForeignChatError();
    return this.records.copy(principal, source);
  }

  /** The snapshot with the id; for administrators with access to chats also the current chat with the id. */
  private async find(principal: Principal, id: string): Promise<ChatResponse | null> {
    const snapshot = await this.shared.find(id);
    if (snapshot) return toSharedChatResponse(snapshot);
    return isAdmin(principal) && this.settings.enable_admin_chat_access ? this.records.findAny(id) : null;
  }
}
