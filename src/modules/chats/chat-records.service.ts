import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { RowNotFoundError } from '../../common/errors/app-error';
import { Versioned } from '../../common/http/versioned';
import type { JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import { FoldersService } from '../folders/folders.service';
import type { Chat } from './chat.entity';
import { ChatImagesService } from './chat-images.service';
import { ChatTreesService } from './chat-trees.service';
import { toChatResponse, type ChatColumns, type ChatResponse, type CreateChatRequest } from './chats.dto';
import { ChatsRepository } from './chats.repository';
import { explode } from './history/history.codec';
import { titleOf } from './chat-title';

/** Chats over HTTP: creating and reading. Saving is in `ChatSavesService`, listing in `ChatListsService`. */
@Injectable()
export class ChatRecordsService {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly trees: ChatTreesService,
    private readonly folders: FoldersService,
    private readonly images: ChatImagesService,
    private readonly transaction: Transaction,
  ) {}

  /** @throws BadRequestError when the title is no text or the folder is not the caller's. */
  async create(caller: Principal, { chat, folder_id }: CreateChatRequest): Promise<ChatResponse> {
    const folderId = folder_id || null;
    const content = await this.images.moveOut(caller.id, chat);
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

  private async toResponse(chat: Chat): Promise<ChatResponse> {
    return toChatResponse(chat, await this.trees.load(chat));
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
