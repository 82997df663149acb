import { Injectable } from '@nestjs/common';
import type { RefusalOptions } from '../../../common/auth/access-rules';
import { ownedBy } from '../../../common/auth/owned-by';
import type { Principal } from '../../../common/auth/principal';
import { BadRequestError, RowNotFoundError } from '../../../common/errors/app-error';
import { errorDetail } from '../../../common/errors/details';
import { storable, type JsonObject } from '../../../common/util/json';
import { MAX_NAME } from '../../../common/validation/lengths';
import { Transaction } from '../../../platform/database/transaction';
import type { Chat } from '../chat.entity';
import { toTagResponse, type TagResponse } from '../chats.dto';
import { ChatsRepository } from '../chats.repository';
import { TagsRepository } from './tags.repository';

/** `tag:none` searches for chats without tags. */
const RESERVED_ID = 'none';

/** False for names that are too long for an index. */
export const isTagName = (name: string): boolean => name.length <= MAX_NAME;

/** The tag id of a name: lower case, `_` in place of spaces. */
export const tagIdOf = (name: string): string => name.replaceAll(' ', '_').toLowerCase();

/** The tag ids in `chat.meta`, in the order in which they were added. */
export const tagIdsIn = ({ tags }: JsonObject): string[] =>
  Array.isArray(tags) ? tags.filter((id): id is string => typeof id === 'string') : [];

/** Names by tag id; the first of several names for one tag. */
function toTags(names: readonly string[]): Map<string, string> {
  const byId = new Map<string, string>();
  for (const name of names) if (isTagName(name) && !byId.has(tagIdOf(name))) byId.set(tagIdOf(name), name);
  byId.delete(RESERVED_ID);
  return byId;
}

/** Tags of chats. A tag exists while one of its owner's chats has it, archived or not. */
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

  /** In the order in which they were added. @throws RowNotFoundError also for another user's chat. */
  async listOf(principal: Principal, chatId: string): Promise<TagResponse[]> {
    const chat = ownedBy(principal, await this.chats.findSummary(chatId));
    return this.toResponses(chat.userId, tagIdsIn(chat.meta));
  }

  /**
   * Returns all tags of the chat.
   * @throws BadRequestError for the name `none`; ForeignChatError.
   */
  add(principal: Principal, chatId: string, name: string): Promise<TagResponse[]> {
    const id = tagIdOf(name);
    if (id === RESERVED_ID) throw new BadRequestError(errorDetail("Tag name cannot be 'None'"));
    return this.change(principal, chatId, undefined, async (chat) => {
      await this.tags.insertMissing([{ id, name, userId: chat.userId, meta: null }]);
      const ids = tagIdsIn(chat.meta);
      return ids.includes(id) ? ids : [...ids, id];
    });
  }

  /** Returns the remaining tags. @throws RowNotFoundError also for another user's chat. */
  remove(principal: Principal, chatId: string, name: string): Promise<TagResponse[]> {
    return this.change(
      principal,
      chatId,
      () => new RowNotFoundError(),
      ({ meta }) => tagIdsIn(meta).filter((id) => id !== tagIdOf(name)),
    );
  }

  /** @throws RowNotFoundError also for another user's chat. */
  async removeAll(principal: Principal, chatId: string): Promise<boolean> {
    await this.change(
      principal,
      chatId,
      () => new RowNotFoundError(),
      () => [],
    );
    return true;
  }

  /** Replaces the tags of a chat; the name `none` and names that are too long are skipped. A no-op for an unknown chat. */
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

  /** Creates the missing tags of an imported chat; returns their ids. Skips the same names as `replace`. */
  async ensure(userId: string, names: readonly string[]): Promise<string[]> {
    const byId = toTags(names);
    await this.tags.insertMissing([...byId].map(([id, name]) => ({ id, name, userId, meta: null })));
    return [...byId.keys()];
  }

  /** Deletes tags that no chat of the user has: among `ids`, or among all. */
  async dropUnused(userId: string, ids?: readonly string[]): Promise<void> {
    await this.tags.deleteUnused(userId, ids);
  }

  private change(
    principal: Principal,
    chatId: string,
    refusal: RefusalOptions['refusal'],
    change: (chat: Chat) => string[] | Promise<string[]>,
  ): Promise<TagResponse[]> {
    return this.transaction.run(async () => {
      const chat = await this.chats.lockOwned(principal, chatId, refusal);
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

  /** Skips ids without a row. */
  private async toResponses(userId: string, ids: readonly string[]): Promise<TagResponse[]> {
    const byId = new Map((await this.tags.findSome(userId, ids)).map((tag) => [tag.id, tag]));
    return ids.flatMap((id) => byId.get(id) ?? []).map(toTagResponse);
  }
}
