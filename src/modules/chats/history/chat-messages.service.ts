import { Injectable } from '@nestjs/common';
import { isJsonObject, storable, type JsonObject } from '../../../common/util/json';
import { nowSeconds } from '../../../common/util/time';
import { Transaction } from '../../../platform/database/transaction';
import type { Chat } from '../chat.entity';
import { ChatsRepository } from '../chats.repository';
import { ChatMessagesRepository } from './chat-messages.repository';
import { newRow, patchedRow, savedRow, toMessage, type ChatMessageJson } from './message-row';
import { childrenOf } from './tree';

export interface WriteOptions {
  /** Also makes the message `history.currentId`. */
  moveCurrent?: boolean;
  /** Also creates a missing message without a `parentId`, as a root. */
  create?: boolean;
}

/** The keys to set, given the stored message. */
export type MessageChange = (message: ChatMessageJson) => JsonObject;

/**
 * Writes single messages on behalf of the server. Each write changes one row of `chat_message` and waits for a running
 * save of the chat, so that no changes are lost.
 */
@Injectable()
export class ChatMessagesService {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly messages: ChatMessagesRepository,
    private readonly transaction: Transaction,
  ) {}

  /**
   * Merges keys into a message. An unknown message is created, as the assistant's, when the patch has a `parentId` or
   * `create` is set; otherwise, and for a missing chat, the patch is a no-op. A `parentId` that would form a cycle is
   * ignored: clients walk up to the root. While a reply streams, a patch that only extends `content` takes two
   * statements, each its own transaction: the text, and the time of the chat (at most once a second).
   */
  async patch(chatId: string, messageId: string, patch: JsonObject, options: WriteOptions = {}): Promise<void> {
    const clean = storable(patch);
    if (!options.moveCurrent && (await this.extendContent(chatId, messageId, clean))) return;
    await this.transaction.run(async () => {
      const chat = await this.chats.lock(chatId);
      if (!chat) return;
      const { parentId: wanted, ...others } = clean;
      const hasParent = typeof wanted === 'string';
      const parentId = hasParent && !(await this.isBelow(chatId, wanted, messageId)) ? wanted : null;
      const acyclic = hasParent && parentId === null ? others : clean;
      if (await this.change(chat, messageId, () => acyclic, options)) return;
      if (hasParent || options.create) await this.create(chat, messageId, parentId, acyclic, options);
    });
  }

  /** True when `id` is `ancestor` or a descendant of it. Safe on cycles: each message is visited once. */
  private async isBelow(chatId: string, id: string, ancestor: string): Promise<boolean> {
    if (id === ancestor) return true;
    const parents = await this.messages.findParents(chatId);
    for (let at: string | null = id; at !== null && parents.has(at);) {
      const above: string | null = parents.get(at) ?? null;
      if (above === ancestor) return true;
      parents.delete(at);
      at = above;
    }
    return false;
  }

  /** Returns false for an unknown message. */
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

  /** Adds the keys that a client would set, and links the message as the last child of its parent. */
  private async create(chat: Chat, id: string, parentId: string | null, patch: JsonObject, options: WriteOptions) {
    const position = await this.messages.nextPosition(chat.id);
    const message = { id, parentId, childrenIds: [], role: 'assistant', timestamp: nowSeconds(), ...patch };
    const row = newRow(id, message, position, { revision: 0, unseen: null });
    await this.messages.write(chat.id, [{ ...row, serverKeys: Object.keys(patch) }]);
    if (parentId !== null) await this.link(chat.id, id, parentId);
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
