import { Injectable } from '@nestjs/common';
import { RowNotFoundError } from '../../common/errors/app-error';
import { isJsonObject, storable, type JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import { ChatImagesService } from './chat-images.service';
import { ChatMessagesRepository } from './chat-messages.repository';
import { ChatMessagesService, type WriteOptions } from './chat-messages.service';
import { ChatTagsService } from './chat-tags.service';
import { toMessages } from './chat-trees.service';
import { ChatsRepository } from './chats.repository';
import type { ChatSummary } from './chats.types';
import { pathUp } from './history/links';
import { extendList, type ListKey } from './history/message-lists';
import type { ChatMessageJson } from './history/message.codec';

/** Chats as other modules see them. What is told of a chat or message that does not exist is ignored by all writers. */
@Injectable()
export class ChatsService {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly messages: ChatMessagesRepository,
    private readonly writer: ChatMessagesService,
    private readonly tags: ChatTagsService,
    private readonly images: ChatImagesService,
    private readonly transaction: Transaction,
  ) {}

  async findOwned(userId: string, chatId: string): Promise<ChatSummary | null> {
    const chat = await this.chats.findSummary(chatId);
    return chat?.userId === userId ? chat : null;
  }

  /** @throws RowNotFoundError also for the chat of somebody else. */
  async getOwned(userId: string, chatId: string): Promise<ChatSummary> {
    const chat = await this.findOwned(userId, chatId);
    if (!chat) throw new RowNotFoundError();
    return chat;
  }

  async findMessage(chatId: string, messageId: string): Promise<ChatMessageJson | null> {
    const [message] = toMessages(await this.messages.findSome(chatId, [messageId])).values();
    return isJsonObject(message) ? message : null;
  }

  /** The message and its ancestors, root first; empty for an unknown message. */
  async branch(chatId: string, messageId: string): Promise<ChatMessageJson[]> {
    const parents = await this.messages.findParents(chatId);
    const path = pathUp(messageId, (id) => parents.get(id) ?? null, parents);
    const found = toMessages(await this.messages.findSome(chatId, path));
    return path
      .reverse()
      .flatMap((id) => found.get(id))
      .filter(isJsonObject);
  }

  /** See `ChatMessagesService.patch`. */
  async patchMessage(chatId: string, messageId: string, patch: JsonObject, options?: WriteOptions): Promise<void> {
    const moved = await this.images.moveOutOfMessage(chatId, patch);
    await this.writer.patch(chatId, messageId, moved, options);
  }

  /** `statusHistory` and `sources` grow at the end; `files` and `embeds` at the front, without repeating an item. */
  async appendToMessage(chatId: string, messageId: string, key: ListKey, items: unknown[]): Promise<void> {
    const moved = await this.images.moveOutOfMessage(chatId, { [key]: items });
    const added = moved[key] as unknown[];
    await this.writer.update(chatId, messageId, (message) => ({ [key]: extendList(key, message[key], added) }));
  }

  /** In the list of chats and in the client's object alike. */
  setTitle(chatId: string, title: string): Promise<void> {
    return this.transaction.run(async () => {
      const chat = await this.chats.lock(chatId);
      if (!chat) return;
      const header = { ...chat.header, title: null };
      await this.chats.update(chatId, { title: storable(title), header, updatedAt: nowSeconds() });
    });
  }

  /** Replaces the tags of the chat; see `ChatTagsService.replace`. */
  setTags(chatId: string, names: string[]): Promise<void> {
    return this.tags.replace(chatId, names);
  }
}
