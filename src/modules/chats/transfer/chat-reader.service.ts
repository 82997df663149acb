import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../../common/util/json';
import { AsyncEntries, AsyncItems } from '../../../common/json/json-pieces';
import type { Chat } from '../chat.entity';
import { toChatResponse, type ChatResponse } from '../chats.dto';
import { ChatMessagesRepository, type MessageBody } from '../history/chat-messages.repository';
import { assembleStored, toMessages, toSaved } from '../history/chat-trees.service';
import { toListEntries, type Copy } from '../history/history.codec';
import { SharedChatsService } from '../sharing/shared-chats.service';
import { batches, batchesOf, MAX_BATCH_BYTES } from '../../../common/util/size-batches';
import { ChatExportsRepository } from './chat-exports.repository';

/**
 * Reads many whole chats and snapshots, a few at a time, to be serialized by `jsonPieces`. The messages of a large chat
 * are read while it is serialized, so that it is never completely in memory.
 */
@Injectable()
export class ChatReaderService {
  constructor(
    private readonly exports: ChatExportsRepository,
    private readonly messages: ChatMessagesRepository,
    private readonly shared: SharedChatsService,
  ) {}

  /** In the order of the ids; deleted chats are missing. */
  async *read(ids: readonly string[]): AsyncGenerator<ChatResponse[]> {
    const sizes = new Map<string, number>();
    const findSizes = async (page: readonly string[]) => {
      sizes.clear();
      for (const [id, size] of await this.exports.findSizes(page)) sizes.set(id, size);
      return sizes;
    };
    for await (const batch of batches(ids, findSizes)) yield this.load(batch, sizes.get(batch[0] ?? '') ?? 0);
  }

  /** @param size bytes of the first chat: a large one is alone in its batch. */
  private async load(ids: readonly string[], size: number): Promise<ChatResponse[]> {
    const chats = await this.exports.findAll(ids);
    const shared = chats.length < ids.length ? await this.shared.findAll(ids) : [];
    const found = [...(size > MAX_BATCH_BYTES ? await this.loadLarge(chats) : await this.loadSmall(chats)), ...shared];
    const byId = new Map(found.map((chat) => [chat.id, chat]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  private async loadSmall(chats: readonly Chat[]): Promise<ChatResponse[]> {
    const bodies = new Map(chats.map(({ id }) => [id, [] as MessageBody[]]));
    for (const body of await this.exports.findBodies([...bodies.keys()])) bodies.get(body.chatId)?.push(body);
    return chats.map((chat) => toChatResponse(chat, assembleStored(chat, bodies.get(chat.id) ?? [])));
  }

  private loadLarge(chats: readonly Chat[]): Promise<ChatResponse[]> {
    return Promise.all(
      chats.map(async (chat) => {
        const sizes = await this.exports.findMessageSizes(chat.id);
        const content = assembleStored({ ...chat, copies: null }, []);
        if (chat.isTree) (content.history as JsonObject).messages = new AsyncEntries(this.readTree(chat.id, sizes));
        if (chat.copies) content.messages = new AsyncItems(this.readList(chat.id, chat.copies, sizes));
        return toChatResponse(chat, content);
      }),
    );
  }

  private async *readTree(chatId: string, sizes: ReadonlyMap<string, number>): AsyncGenerator<[string, unknown]> {
    for (const ids of batchesOf([...sizes.keys()], sizes)) {
      const messages = toMessages(await this.messages.findSome(chatId, ids));
      for (const id of ids) if (messages.has(id)) yield [id, messages.get(id)];
    }
  }

  private async *readList(
    chatId: string,
    copies: readonly Copy[],
    sizes: ReadonlyMap<string, number>,
  ): AsyncGenerator<unknown> {
    const list = copies.values();
    let next = list.next();
    const references = copies.filter((copy) => typeof copy === 'string');
    for (const ids of batchesOf(references, sizes)) {
      const itemsOf = lookup(await this.messages.findSome(chatId, ids));
      const batch = new Set(ids);
      for (; next.value !== undefined && isIn(batch, next.value); next = list.next()) yield* itemsOf(next.value);
    }
    for (; next.value !== undefined; next = list.next()) yield* lookup([])(next.value);
  }
}

const isIn = (ids: ReadonlySet<string>, copy: Copy): boolean => typeof copy !== 'string' || ids.has(copy);

function lookup(bodies: readonly MessageBody[]): (copy: Copy) => unknown[] {
  const [messages, saved] = [toMessages(bodies), toSaved(bodies)];
  return (copy) => (typeof copy === 'string' ? toListEntries(copy, messages, saved) : [copy.raw]);
}
