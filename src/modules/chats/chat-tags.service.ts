import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError, RowNotFoundError, type AppError } from '../../common/errors/app-error';
import { errorDetail } from '../../common/errors/details';
import { storable, type JsonObject } from '../../common/util/json';
import { Transaction } from '../../platform/database/transaction';
import type { Chat } from './chat.entity';
import { ChatsRepository } from './chats.repository';
import { toTagResponse, type TagResponse } from './chats.dto';
import { ForeignChatError } from './foreign-chat.error';
import { TagsRepository } from './tags.repository';

/** A tag of this name would read like `tag:none`, the search for chats without tags. */
const RESERVED_ID = 'none';

/** A name as the id of its tag: lower case, `_` for each space. */
export const tagIdOf = (name: string): string => name.replaceAll(' ', '_').toLowerCase();

/** Ids of the tags of a chat, in the order in which they were given. */
export const tagIdsIn = ({ tags }: JsonObject): string[] =>
  Array.isArray(tags) ? tags.filter((id): id is string => typeof id === 'string') : [];

/** Names by tag id; of several names for one tag the first. */
function toTags(names: readonly string[]): Map<string, string> {
  const byId = new Map<string, string>();
  for (const name of names) if (!byId.has(tagIdOf(name))) byId.set(tagIdOf(name), name);
  byId.delete(RESERVED_ID);
  return byId;
}

/** Tags of chats. A tag exists as long as one of its owner's chats has it, archived or not. */
@Injectable()
export class ChatTagsService {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly tags: TagsRepository,
    private readonly transaction: Transaction,
  ) {}

  async list(userId: string): Promise<TagResponse[]> {
    return (await this.tags.findAll(userId)).map(toTagResponse);
  }

  /** In the order in which they were given. @throws RowNotFoundError for a chat that is not the caller's. */
  async listOf(caller: Principal, chatId: string): Promise<TagResponse[]> {
    const chat = await this.chats.findSummary(chatId);
    if (chat?.userId !== caller.id) throw new RowNotFoundError();
    return this.toResponses(chat.userId, tagIdsIn(chat.meta));
  }

  /**
   * A tag that the chat has stays where it is. Answers all tags of the chat.
   * @throws BadRequestError for the name `none`, ForeignChatError for a chat that is not the caller's.
   */
  add(caller: Principal, chatId: string, name: string): Promise<TagResponse[]> {
    const id = tagIdOf(name);
    if (id === RESERVED_ID) throw new BadRequestError(errorDetail("Tag name cannot be 'None'"));
    return this.change(caller, chatId, new ForeignChatError(), async (chat) => {
      await this.tags.insertMissing([{ id, name, userId: chat.userId, meta: null }]);
      const ids = tagIdsIn(chat.meta);
      return ids.includes(id) ? ids : [...ids, id];
    });
  }

  /** Answers the tags that are left. @throws RowNotFoundError for a chat that is not the caller's. */
  remove(caller: Principal, chatId: string, name: string): Promise<TagResponse[]> {
    return this.change(caller, chatId, new RowNotFoundError(), ({ meta }) =>
      tagIdsIn(meta).filter((id) => id !== tagIdOf(name)),
    );
  }

  /** @throws RowNotFoundError for a chat that is not the caller's. */
  async removeAll(caller: Principal, chatId: string): Promise<boolean> {
    await this.change(caller, chatId, new RowNotFoundError(), () => []);
    return true;
  }

  /** Gives the chat these tags and no others; the name `none` is skipped. An unknown chat is ignored. */
  replace(chatId: string, names: readonly string[]): Promise<void> {
    return this.transaction.run(async () => {
      const chat = await this.chats.lock(chatId);
      if (!chat) return;
      const byId = toTags(storable([...names]));
      const tags = [...byId].map(([id, name]) => ({ id, name, userId: chat.userId, meta: null }));
      await this.tags.insertMissing(tags);
      await this.store(chat, [...byId.keys()]);
    });
  }

  /** For a chat that came with its tags: those that the user did not have get their id as name. */
  async ensure(userId: string, ids: readonly string[]): Promise<void> {
    await this.tags.insertMissing(ids.map((id) => ({ id, name: id, userId, meta: null })));
  }

  /** After a chat with these tags has gone. */
  async dropUnused(userId: string, meta: JsonObject): Promise<void> {
    await this.tags.deleteUnused(userId, tagIdsIn(meta));
  }

  /** After all chats of the user have gone. */
  async dropAll(userId: string): Promise<void> {
    await this.tags.deleteUnused(userId);
  }

  private change(
    caller: Principal,
    chatId: string,
    refusal: AppError,
    change: (chat: Chat) => string[] | Promise<string[]>,
  ): Promise<TagResponse[]> {
    return this.transaction.run(async () => {
      const chat = await this.chats.lock(chatId);
      if (chat?.userId !== caller.id) throw refusal;
      const ids = await change(chat);
      await this.store(chat, ids);
      return this.toResponses(chat.userId, ids);
    });
  }

  private async store({ id, userId, meta }: Chat, ids: string[]): Promise<void> {
    await this.chats.update(id, { meta: { ...meta, tags: ids } });
    const dropped = tagIdsIn(meta).filter((tag) => !ids.includes(tag));
    if (dropped.length > 0) await this.tags.deleteUnused(userId, dropped);
  }

  /** Ids that have no row are left out. */
  private async toResponses(userId: string, ids: readonly string[]): Promise<TagResponse[]> {
    const byId = new Map((await this.tags.findSome(userId, ids)).map((tag) => [tag.id, tag]));
    return ids.flatMap((id) => byId.get(id) ?? []).map(toTagResponse);
  }
}
