import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { AccessProhibitedError, RowNotFoundError } from '../../common/errors/app-error';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import { PermissionsService } from '../groups/permissions.service';
import { UserViewsService } from '../users/user-views.service';
import type { Chat } from './chat.entity';
import { ChatRecordsService } from './chat-records.service';
import { SHARED_PREFIX, toSharedChatResponse, type ChatResponse } from './chats.dto';
import { ChatsRepository } from './chats.repository';
import { ChatsSettings } from './chats.settings';
import { SharedChatsRepository } from './shared-chats.repository';

/**
 * Chats under a link: a copy that stays as it was until the owner shares the chat again, for every verified user who
 * knows the id. Gone with the chat, with the account of the owner, and as soon as the owner takes the link back.
 */
@Injectable()
export class SharedChatsService implements OnModuleInit {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly shared: SharedChatsRepository,
    private readonly records: ChatRecordsService,
    private readonly permissions: PermissionsService,
    private readonly settings: ChatsSettings,
    private readonly users: UserViewsService,
    private readonly transaction: Transaction,
  ) {}

  onModuleInit(): void {
    this.users.addAlias(SHARED_PREFIX, (chatId) => this.shared.findOwner(chatId));
  }

  /**
   * Answers the snapshot; its id stays the same when the chat is shared again.
   * @throws AccessProhibitedError without the permission, and for a chat that is not the caller's.
   */
  async share(caller: Principal, chatId: string): Promise<ChatResponse> {
    if (!(await this.permissions.has(caller, 'chat.share'))) throw new AccessProhibitedError();
    return this.transaction.run(async () => {
      const chat = await this.lock(caller, chatId);
      const { chat: content } = await this.records.getAny(chatId);
      const id = chat.shareId ?? randomUUID();
      const { title, meta, pinned, folderId, createdAt } = chat;
      const snapshot = { id, chatId, title, content, meta, pinned, folderId, createdAt, updatedAt: nowSeconds() };
      await this.shared.write(snapshot);
      if (chat.shareId === null) await this.chats.update(chatId, { shareId: id });
      return toSharedChatResponse(snapshot);
    });
  }

  /** False when the chat was not shared. @throws AccessProhibitedError for a chat that is not the caller's. */
  unshare(caller: Principal, chatId: string): Promise<boolean> {
    return this.transaction.run(async () => {
      const chat = await this.lock(caller, chatId);
      if (chat.shareId === null) return false;
      await this.shared.delete(chatId);
      await this.chats.update(chatId, { shareId: null });
      return true;
    });
  }

  /** @throws RowNotFoundError as `find` finds nothing. */
  async get(caller: Principal, id: string): Promise<ChatResponse> {
    const found = await this.find(caller, id);
    if (!found) throw new RowNotFoundError();
    return found;
  }

  /** The snapshot of that id; for administrators who may access chats also the chat of that id, as it is now. */
  async find(caller: Principal, id: string): Promise<ChatResponse | null> {
    const snapshot = await this.shared.find(id);
    if (snapshot) return toSharedChatResponse(snapshot);
    return isAdmin(caller) && this.settings.enable_admin_chat_access ? this.records.findAny(id) : null;
  }

  private async lock(caller: Principal, chatId: string): Promise<Chat> {
    const chat = await this.chats.lock(chatId);
    if (chat?.userId !== caller.id) throw new AccessProhibitedError();
    return chat;
  }
}
