import { Injectable } from '@nestjs/common';
import type { RefusalOptions } from '../../common/auth/access-rules';
import { ownedBy } from '../../common/auth/owned-by';
import type { Principal } from '../../common/auth/principal';
import { isJsonObject, storable, type JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import type { ChatSummary } from './chat.entity';
import { ChatsRepository } from './chats.repository';
import { ChatMessagesRepository } from './history/chat-messages.repository';
import { ChatMessagesService, type WriteOptions } from './history/chat-messages.service';
import { toMessages } from './history/chat-trees.service';
import { extendList, type ListKey } from './history/message-events';
import type { ChatMessageJson } from './history/message-row';
import { pathUp } from './history/tree';
import { ChatImagesService } from './images/chat-images.service';
import { ChatTagsService } from './tags/chat-tags.service';

/** Chats for other modules. Writes to a missing chat or message are no-ops. */
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

  /** @throws the refusal, by default RowNotFoundError, also for another user's chat. */
  async getOwned(principal: Pick<Principal, 'id'>, chatId: string, options?: RefusalOptions): Promise<ChatSummary> {
    return ownedBy(principal, await this.chats.findSummary(chatId), options);
  }

  async findMessage(chatId: string, messageId: string): Promise<ChatMessageJson | null> {
    const [message] = toMessages(await this.messages.findSome(chatId, [messageId])).values();
    return isJsonObject(message) ? message : null;
  }

  /** The message with its ancestors, root first; empty for an unknown message. */
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

  /** Adds items to a list of a message; see `extendList`. */
  async appendToMessage(chatId: string, messageId: string, key: ListKey, items: unknown[]): Promise<void> {
    const moved = await this.images.moveOutOfMessage(chatId, { [key]: items });
    const added = moved[key] as unknown[];
    await this.writer.update(chatId, messageId, (message) => ({ [key]: extendList(key, message[key], added) }));
  }

  /** Moves the images of attachments to blobs; returns the attachments to store. */
  async storeFiles(chatId: string, files: JsonObject[]): Promise<JsonObject[]> {
    const moved = await this.images.moveOutOfMessage(chatId, { files });
    return moved.files as JsonObject[];
  }

  /** Sets the title of the chat and of its `chat` object. */
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
