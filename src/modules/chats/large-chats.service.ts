import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../common/util/json';
import { LaterEntries, LaterItems } from '../../common/util/json-pieces';
import { ChatExportsRepository } from './chat-exports.repository';
import { ChatMessagesRepository, type MessageBody } from './chat-messages.repository';
import { assembleStored, toMessages, toSaved } from './chat-trees.service';
import type { Chat } from './chat.entity';
import { packsOf } from './export-packs';
import { copied, type Copy } from './history/history.codec';

/** Chats that are too large to be in memory as a whole: their messages are read while their JSON is written out. */
@Injectable()
export class LargeChatsService {
  constructor(
    private readonly exports: ChatExportsRepository,
    private readonly messages: ChatMessagesRepository,
  ) {}

  /** The client's `chat` object, for `jsonPieces`. */
  async load(chat: Chat): Promise<JsonObject> {
    const sizes = await this.exports.findMessageSizes(chat.id);
    const content = assembleStored({ ...chat, copies: null }, []);
    if (chat.isTree) (content.history as JsonObject).messages = new LaterEntries(this.readTree(chat.id, sizes));
    if (chat.copies) content.messages = new LaterItems(this.readList(chat.id, chat.copies, sizes));
    return content;
  }

  private async *readTree(chatId: string, sizes: ReadonlyMap<string, number>): AsyncGenerator<[string, unknown]> {
    for (const ids of packsOf([...sizes.keys()], sizes)) {
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
    for (const ids of packsOf(references, sizes)) {
      const read = reader(await this.messages.findSome(chatId, ids));
      const known = new Set(ids);
      for (; next.value !== undefined && isIn(known, next.value); next = list.next()) yield* read(next.value);
    }
    for (; next.value !== undefined; next = list.next()) yield* reader([])(next.value);
  }
}

const isIn = (ids: ReadonlySet<string>, copy: Copy): boolean => typeof copy !== 'string' || ids.has(copy);

function reader(bodies: readonly MessageBody[]): (copy: Copy) => unknown[] {
  const [messages, saved] = [toMessages(bodies), toSaved(bodies)];
  return (copy) => (typeof copy === 'string' ? copied(copy, messages, saved) : [copy.raw]);
}
