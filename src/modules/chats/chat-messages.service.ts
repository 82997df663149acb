import { Injectable } from '@nestjs/common';
import { isJsonObject, storable, type JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import type { Chat } from './chat.entity';
import { ChatMessagesRepository } from './chat-messages.repository';
import { ChatsRepository } from './chats.repository';
import { childrenOf } from './history/links';
import { newRow, patchedRow, savedRow } from './history/message-row';
import { toMessage, type ChatMessageJson } from './history/message.codec';

export interface WriteOptions {
  /** Also makes the message the one on display (`history.currentId`). */
  moveCurrent?: boolean;
}

/** The keys to set in a message, given what it is now. */
export type MessageChange = (message: ChatMessageJson) => JsonObject;

/**
 * Writes of the server to single messages. Each touches one row of `chat_message`, and waits for a running save of the
 * chat, so that neither loses what the other wrote.
 */
@Injectable()
export class ChatMessagesService {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly messages: ChatMessagesRepository,
    private readonly transaction: Transaction,
  ) {}

  /**
   * Merges keys into a message. An unknown message is created when the patch has a `parentId`, and ignored otherwise; so
   * is everything in a chat that does not exist. While a reply streams, each patch that only lengthens `content` is two
   * statements, each a transaction of its own: the text, and the time of the chat (at most once a second).
   */
  async patch(chatId: string, messageId: string, patch: JsonObject, options: WriteOptions = {}): Promise<void> {
    const clean = storable(patch);
    if (!options.moveCurrent && (await this.extendContent(chatId, messageId, clean))) return;
    await this.transaction.run(async () => {
      const chat = await this.chats.lock(chatId);
      if (!chat || (await this.change(chat, messageId, () => clean, options))) return;
      if (typeof clean.parentId === 'string') await this.create(chat, messageId, clean.parentId, clean, options);
    });
  }

  /** False when there is no such message. */
  update(chatId: string, messageId: string, change: MessageChange, options: WriteOptions = {}): Promise<boolean> {
    return this.transaction.run(async () => {
      const chat = await this.chats.lock(chatId);
      return chat !== null && this.change(chat, messageId, (message) => storable(change(message)), options);
    });
  }

  private async extendContent(chatId: string, messageId: string, patch: JsonObject): Promise<boolean> {
    const { content, ...others } = patch;
    if (typeof content !== 'string' || Object.keys(others).length > 0) return false;
    const isExtended = await this.messages.extendContent(chatId, messageId, content);
    if (isExtended) await this.chats.touch(chatId, nowSeconds());
    return isExtended;
  }

  private async change(chat: Chat, id: string, change: MessageChange, options: WriteOptions): Promise<boolean> {
    const [row] = await this.messages.lock(chat.id, [id]);
    const before = row ? toMessage(row) : undefined;
    if (!row || !isJsonObject(before)) return false;
    const patch = change(before);
    await this.messages.write(chat.id, [patchedRow(row, before, patch)]);
    await this.touch(chat, id, options);
    return true;
  }

  /** With the empty list of children that a client would give it, behind its siblings. */
  private async create(chat: Chat, id: string, parentId: string, patch: JsonObject, options: WriteOptions) {
    const position = await this.messages.nextPosition(chat.id);
    const message = { id, parentId, childrenIds: [], ...patch };
    const row = newRow(id, message, position, { revision: 0, unseen: null });
    await this.messages.write(chat.id, [{ ...row, serverKeys: Object.keys(patch) }]);
    await this.link(chat.id, id, parentId);
    await this.touch(chat, id, options);
  }

  private async link(chatId: string, id: string, parentId: string): Promise<void> {
    const [row] = await this.messages.lock(chatId, [parentId]);
    const parent = row ? toMessage(row) : undefined;
    if (!row || !isJsonObject(parent) || childrenOf(parent).includes(id)) return;
    const linked = { ...parent, childrenIds: [...childrenOf(parent), id] };
    await this.messages.write(chatId, [savedRow(row, linked, row.saved ?? { raw: parent })]);
  }

  private async touch(chat: Chat, id: string, { moveCurrent }: WriteOptions): Promise<void> {
    const updatedAt = nowSeconds();
    if (chat.isTree && !moveCurrent) return this.chats.update(chat.id, { updatedAt });
    const history = isJsonObject(chat.header.history) ? chat.header.history : {};
    const header = { ...chat.header, history: { ...history, messages: null, currentId: null } };
    await this.chats.update(chat.id, { updatedAt, header, isTree: true, currentId: moveCurrent ? id : chat.currentId });
  }
}
