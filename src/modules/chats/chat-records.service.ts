import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { AccessProhibitedError, RowNotFoundError } from '../../common/errors/app-error';
import { Versioned } from '../../common/http/versioned';
import type { JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import { EventBus } from '../../platform/events/event-bus';
import { FoldersService } from '../folders/folders.service';
import { PermissionsService } from '../groups/permissions.service';
import type { Chat } from './chat.entity';
import { ChatTagsService } from './chat-tags.service';
import { ChatTreesService } from './chat-trees.service';
import { toChatResponse, type ChatColumns, type ChatResponse, type CreateChatRequest } from './chats.dto';
import { ChatDeleted } from './chats.events';
import { ChatsRepository } from './chats.repository';
import { explode } from './history/history.codec';
import { titleOf } from './chat-title';

/** Chats over HTTP: creating, reading and deleting. Saving is in `ChatSavesService`, listing in `ChatListsService`. */
@Injectable()
export class ChatRecordsService {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly trees: ChatTreesService,
    private readonly tags: ChatTagsService,
    private readonly folders: FoldersService,
    private readonly permissions: PermissionsService,
    private readonly transaction: Transaction,
    private readonly events: EventBus,
  ) {}

  /** @throws BadRequestError when the title is no text or the folder is not the caller's. */
  create(caller: Principal, { chat: content, folder_id }: CreateChatRequest): Promise<ChatResponse> {
    const folderId = folder_id || null;
    return this.transaction.run(async () => {
      if (folderId !== null) await this.folders.assertOwned(caller.id, folderId);
      return this.add(caller.id, content, { folderId });
    });
  }

  /** Stores a new chat. @throws BadRequestError when the title is no text. */
  async add(userId: string, content: JsonObject, columns: Partial<ChatColumns> = {}): Promise<ChatResponse> {
    const { messages, ...parts } = explode(content);
    const row: Chat = { ...newChat(userId, content), ...columns, ...parts };
    await this.transaction.run(async () => {
      await this.chats.insert(row);
      await this.trees.insert(row.id, messages);
    });
    return toChatResponse(row, content);
  }

  /** @throws RowNotFoundError also for the chat of somebody else. */
  async get(caller: Principal, id: string): Promise<ChatResponse> {
    return (await this.open(caller, id)).body;
  }

  /** With the number of its version, see `ChatSavesService.save`. @throws RowNotFoundError as `get`. */
  async open(caller: Principal, id: string): Promise<Versioned<ChatResponse>> {
    const chat = await this.chats.findOwned(caller.id, id);
    if (!chat) throw new RowNotFoundError();
    return new Versioned(await this.toResponse(chat), chat.revision);
  }

  /** Null also for the chat of somebody else. */
  async findOwned(userId: string, id: string): Promise<ChatResponse | null> {
    const chat = await this.chats.findOwned(userId, id);
    return chat && this.toResponse(chat);
  }

  /** For callers that were checked already. @throws RowNotFoundError */
  async getAny(id: string): Promise<ChatResponse> {
    const chat = await this.findAny(id);
    if (!chat) throw new RowNotFoundError();
    return chat;
  }

  /** For callers that were checked already. */
  async findAny(id: string): Promise<ChatResponse | null> {
    const chat = await this.chats.find(id);
    return chat && this.toResponse(chat);
  }

  /**
   * For owners with the permission, and administrators. The permission is looked at first, and here, because clients know
   * another text for its lack than the one of the route rules.
   * @throws AccessProhibitedError without the permission, RowNotFoundError also for the chat of somebody else.
   */
  async delete(caller: Principal, id: string): Promise<boolean> {
    await this.assertMayDelete(caller);
    return this.transaction.run(async () => {
      const chat = await this.chats.lock(id);
      if (!chat || (chat.userId !== caller.id && !isAdmin(caller))) throw new RowNotFoundError();
      await this.chats.delete(id);
      await this.tags.dropUnused(chat.userId, chat.meta);
      this.events.publish(new ChatDeleted(id, chat.userId));
      return true;
    });
  }

  /** Every chat of the caller, with all tags. @throws AccessProhibitedError without the permission. */
  async deleteAll(caller: Principal): Promise<boolean> {
    await this.assertMayDelete(caller);
    return this.transaction.run(async () => {
      const ids = await this.chats.deleteAll(caller.id);
      await this.tags.dropAll(caller.id);
      for (const id of ids) this.events.publish(new ChatDeleted(id, caller.id));
      return true;
    });
  }

  private async toResponse(chat: Chat): Promise<ChatResponse> {
    return toChatResponse(chat, await this.trees.load(chat));
  }

  private async assertMayDelete(caller: Principal): Promise<void> {
    if (!(await this.permissions.has(caller, 'chat.delete'))) throw new AccessProhibitedError();
  }
}

function newChat(userId: string, content: JsonObject) {
  const now = nowSeconds();
  return {
    id: randomUUID(),
    userId,
    title: titleOf(content),
    archived: false,
    pinned: false,
    folderId: null,
    shareId: null,
    meta: {},
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
}
