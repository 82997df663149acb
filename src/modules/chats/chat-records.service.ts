import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError, RowNotFoundError } from '../../common/errors/app-error';
import { JsonAnswer } from '../../common/http/answers/json-answer';
import { isJsonObject, type JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { timeOrderedId } from '../../common/util/time-ordered-id';
import { Transaction } from '../../platform/database/transaction';
import { FoldersService } from '../folders/folders.service';
import type { Chat } from './chat.entity';
import { toChatResponse, type ChatColumns, type ChatResponse, type CreateChatRequest } from './chats.dto';
import { ChatsRepository } from './chats.repository';
import { ChatTreesService } from './history/chat-trees.service';
import { explode } from './history/history.codec';
import { assertMessageCount } from './history/tree';
import { ChatImagesService } from './images/chat-images.service';

const UNTITLED = 'New Chat';

/** Creates, reads, copies, pins, archives and moves chats. `ChatSavesService` saves, `ChatListsService` lists them. */
@Injectable()
export class ChatRecordsService {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly trees: ChatTreesService,
    private readonly folders: FoldersService,
    private readonly images: ChatImagesService,
    private readonly transaction: Transaction,
  ) {}

  /**
   * @throws ValidationError for too many messages; BadRequestError when the title is not a string or the folder belongs
   * to another user.
   */
  async create(principal: Principal, { chat, folder_id }: CreateChatRequest): Promise<ChatResponse> {
    assertMessageCount(chat);
    const folderId = folder_id || null;
    const content = await this.images.moveOut(principal.id, chat);
    return this.transaction.run(async () => {
      if (folderId !== null) await this.folders.assertOwned(principal.id, folderId);
      return this.add(principal.id, content, { folderId });
    });
  }

  /** Stores a new chat. @throws BadRequestError when the title is not a string. */
  async add(userId: string, content: JsonObject, columns: Partial<ChatColumns> = {}): Promise<ChatResponse> {
    const { messages, ...parts } = explode(content);
    const row: Chat = { ...newChat(userId, content), ...columns, ...parts };
    await this.transaction.run(async () => {
      await this.chats.insert(row);
      await this.trees.insert(row.id, messages);
    });
    return toChatResponse(row, content);
  }

  /** Copies a chat with its tags, pin and folder. @throws ForeignChatError */
  async clone(principal: Principal, id: string, title?: string | null): Promise<ChatResponse> {
    const chat = await this.chats.getOwned(principal, id);
    const { meta, pinned, folderId } = chat;
    const content = copyOf(await this.toResponse(chat), title ?? undefined);
    return this.add(principal.id, content, { meta, pinned, folderId });
  }

  /** Copies the content of a chat that the principal may read, with its images. */
  async copy(principal: Principal, source: ChatResponse): Promise<ChatResponse> {
    const chat = await this.images.copyTo(principal, source.chat);
    return this.add(principal.id, copyOf({ ...source, chat }));
  }

  /** With the version number for `ChatSavesService.save`. @throws RowNotFoundError also for another user's chat. */
  async get(principal: Principal, id: string): Promise<JsonAnswer<ChatResponse>> {
    const chat = await this.chats.getOwned(principal, id, () => new RowNotFoundError());
    return new JsonAnswer(await this.toResponse(chat), { version: chat.revision });
  }

  /** Does not check access. @throws RowNotFoundError */
  async getAny(id: string): Promise<ChatResponse> {
    const chat = await this.findAny(id);
    if (!chat) throw new RowNotFoundError();
    return chat;
  }

  /** Does not check access. */
  async findAny(id: string): Promise<ChatResponse | null> {
    const chat = await this.chats.find(id);
    return chat && this.toResponse(chat);
  }

  /** Null on rows imported from older systems. @throws ForeignChatError */
  async isPinned(principal: Principal, id: string): Promise<boolean | null> {
    return (await this.chats.getOwned(principal, id)).pinned;
  }

  /** @throws ForeignChatError */
  togglePinned(principal: Principal, id: string): Promise<ChatResponse> {
    return this.change(principal, id, ({ pinned }) => ({ pinned: !pinned }));
  }

  /** Removes the chat from its folder, in both directions. @throws ForeignChatError */
  toggleArchived(principal: Principal, id: string): Promise<ChatResponse> {
    return this.change(principal, id, ({ archived }) => ({ archived: !archived, folderId: null }));
  }

  /** Archives or unarchives all chats of the principal; their times and folders do not change. */
  async archiveAll(principal: Principal, isArchived: boolean): Promise<boolean> {
    await this.transaction.run(() => this.chats.setArchived(principal.id, isArchived));
    return true;
  }

  /**
   * Moves the chat into a folder, or with null out of any, and unpins it: pinned chats are not shown in folders.
   * @throws ForeignChatError; BadRequestError for another user's folder.
   */
  move(principal: Principal, id: string, folderId: string | null): Promise<ChatResponse> {
    return this.change(principal, id, async () => {
      if (folderId !== null) await this.folders.assertOwned(principal.id, folderId);
      return { folderId, pinned: false };
    });
  }

  private async change(
    principal: Principal,
    id: string,
    change: (chat: Chat) => Partial<Chat> | Promise<Partial<Chat>>,
  ): Promise<ChatResponse> {
    await this.transaction.run(async () => {
      const chat = await this.chats.lockOwned(principal, id);
      await this.chats.update(id, { ...(await change(chat)), updatedAt: nowSeconds() });
    });
    return this.getAny(id);
  }

  private async toResponse(chat: Chat): Promise<ChatResponse> {
    return toChatResponse(chat, await this.trees.load(chat));
  }
}

/** The title in a `chat` object. @throws BadRequestError when it is not a string. */
export function titleOf(content: JsonObject, fallback = UNTITLED): string {
  if (!Object.hasOwn(content, 'title')) return fallback;
  if (typeof content.title !== 'string') throw new BadRequestError();
  return content.title;
}

function newChat(userId: string, content: JsonObject) {
  const now = nowSeconds();
  return {
    id: timeOrderedId(),
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

function copyOf({ id, title, chat }: ChatResponse, newTitle = `Clone of ${title}`): JsonObject {
  const currentId = isJsonObject(chat.history) ? (chat.history.currentId ?? null) : null;
  return { ...chat, originalChatId: id, branchPointMessageId: currentId, title: newTitle };
}
