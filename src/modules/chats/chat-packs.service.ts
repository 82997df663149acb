import { Injectable } from '@nestjs/common';
import { ChatExportsRepository } from './chat-exports.repository';
import { assembleStored } from './chat-trees.service';
import type { Chat } from './chat.entity';
import { toChatResponse, toSharedChatResponse, type ChatResponse } from './chats.dto';
import { MAX_BYTES, packed } from './export-packs';
import { LargeChatsService } from './large-chats.service';
import { SharedChatsRepository } from './shared-chats.repository';

/** Reads whole chats and snapshots, many of them, a few at a time, to be written out by `jsonPieces`. */
@Injectable()
export class ChatPacksService {
  constructor(
    private readonly chats: ChatExportsRepository,
    private readonly shared: SharedChatsRepository,
    private readonly large: LargeChatsService,
  ) {}

  /** In the order of the ids, without those that are gone by now. The messages of a large one are read by whoever writes it. */
  async *read(ids: readonly string[]): AsyncGenerator<ChatResponse[]> {
    const sizes = new Map<string, number>();
    const findSizes = async (page: readonly string[]) => {
      sizes.clear();
      for (const [id, size] of await this.chats.findSizes(page)) sizes.set(id, size);
      return sizes;
    };
    for await (const pack of packed(ids, findSizes)) yield this.load(pack, sizes.get(pack[0] ?? '') ?? 0);
  }

  /** @param size of the first one: one that is large is alone. */
  private async load(ids: readonly string[], size: number): Promise<ChatResponse[]> {
    const chats = await this.chats.findAll(ids);
    const shared = chats.length < ids.length ? await this.shared.findAll(ids) : [];
    const found = [
      ...(size > MAX_BYTES ? await this.loadLarge(chats) : await this.loadSmall(chats)),
      ...shared.map(toSharedChatResponse),
    ];
    const byId = new Map(found.map((chat) => [chat.id, chat]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  private loadLarge(chats: readonly Chat[]): Promise<ChatResponse[]> {
    return Promise.all(chats.map(async (chat) => toChatResponse(chat, await this.large.load(chat))));
  }

  private async loadSmall(chats: readonly Chat[]): Promise<ChatResponse[]> {
    const bodies = new Map(chats.map(({ id }) => [id, [] as Awaited<ReturnType<ChatExportsRepository['findBodies']>>]));
    for (const body of await this.chats.findBodies([...bodies.keys()])) bodies.get(body.chatId)?.push(body);
    return chats.map((chat) => toChatResponse(chat, assembleStored(chat, bodies.get(chat.id) ?? [])));
  }
}
