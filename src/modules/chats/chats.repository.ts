import { Injectable } from '@nestjs/common';
import type { QueryDeepPartialEntity } from 'typeorm';
import { ownedBy } from '../../common/auth/owned-by';
import type { Principal } from '../../common/auth/principal';
import { UnauthorizedError, type AppError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { fold } from '../../common/util/fold';
import type { JsonObject } from '../../common/util/json';
import { Database } from '../../platform/database/database';
import { Chat, type ChatSummary } from './chat.entity';
import { listTextOf } from './history/searchable-text';
import { imageIdsIn } from './images/image-url';

/** TypeORM's own type does not accept free-form JSON columns. */
type Columns = QueryDeepPartialEntity<Chat>;

const SUMMARY = ['id', 'userId', 'title', 'folderId', 'meta', 'isTree', 'currentId'].map((column) => `chat.${column}`);

/** The contract's error of many routes for an unknown or another user's chat: 401 without a reason. */
export class ForeignChatError extends UnauthorizedError {
  constructor() {
    super(Detail.generic);
  }
}

const foreignChat = (): AppError => new ForeignChatError();

@Injectable()
export class ChatsRepository {
  constructor(private readonly database: Database) {}

  async insert(chat: Chat): Promise<void> {
    await this.rows.insert({ ...chat, ...derivedOf(chat) } as Columns);
  }

  find(id: string): Promise<Chat | null> {
    return this.rows.findOneBy({ id });
  }

  /** @throws refusal for a chat that does not exist or belongs to another user. */
  async getOwned(principal: Principal, id: string, refusal = foreignChat): Promise<Chat> {
    return ownedBy(principal, await this.find(id), { refusal });
  }

  findSummary(id: string): Promise<ChatSummary | null> {
    return this.rows.createQueryBuilder('chat').select(SUMMARY).where({ id }).getOne();
  }

  /** Blocks saves of the chat and writes to its messages until the transaction ends. */
  lock(id: string): Promise<Chat | null> {
    return this.rows.createQueryBuilder('chat').setLock('for_no_key_update').where({ id }).getOne();
  }

  /** As `lock`. @throws as `getOwned`. */
  async lockOwned(principal: Principal, id: string, refusal = foreignChat): Promise<Chat> {
    return ownedBy(principal, await this.lock(id), { refusal });
  }

  /** Also marks the chat for the search index: every write to a message updates its chat too. */
  async update(id: string, change: Partial<Chat>): Promise<void> {
    await this.rows
      .createQueryBuilder()
      .update()
      .set({ ...change, ...derivedOf(change), isIndexed: false } as Columns)
      .where({ id })
      .execute();
  }

  /** Sets the time of the chat after a write to a message; changes the row at most once a second. */
  async touch(id: string, now: number): Promise<void> {
    await this.rows
      .createQueryBuilder()
      .update()
      .set({ updatedAt: now, isIndexed: false })
      .where({ id })
      .andWhere('(updated_at < :now OR is_indexed)', { now })
      .execute();
  }

  async delete(id: string): Promise<void> {
    await this.rows.delete({ id });
  }

  /** Archives or unarchives all chats of the user. */
  async setArchived(userId: string, archived: boolean): Promise<void> {
    await this.lockAll(userId);
    await this.rows.update({ userId, archived: !archived }, { archived });
  }

  /** Deletes all chats of the user; returns their ids. */
  async deleteAll(userId: string): Promise<string[]> {
    await this.lockAll(userId);
    const { raw } = (await this.rows.createQueryBuilder().delete().where({ userId }).returning('id').execute()) as {
      raw: { id: string }[];
    };
    return raw.map(({ id }) => id);
  }

  /** True when the folders contain chats, including pinned and archived ones. */
  async hasAnyIn(userId: string, folderIds: readonly string[]): Promise<boolean> {
    const sql = 'SELECT id FROM chat WHERE user_id = $1 AND folder_id = ANY($2) LIMIT 1';
    return (await this.database.query(sql, [userId, folderIds])).length === 1;
  }

  /** Deletes all chats in the folders, including pinned and archived ones; returns the deleted ones. */
  deleteIn(userId: string, folderIds: readonly string[]): Promise<{ id: string; meta: JsonObject }[]> {
    return this.database.query(
      `WITH deleted AS (DELETE FROM chat WHERE user_id = $1 AND folder_id = ANY($2) RETURNING id, meta)
       SELECT id, meta FROM deleted`,
      [userId, folderIds],
    );
  }

  /** Locks in a fixed order, so that two transactions never deadlock. */
  private async lockAll(userId: string): Promise<void> {
    await this.database.query('SELECT FROM chat WHERE user_id = $1 ORDER BY id FOR NO KEY UPDATE', [userId]);
  }

  private get rows() {
    return this.database.repository(Chat);
  }
}

/** Columns computed from others. */
const derivedOf = ({ title, copies }: Partial<Chat>): Pick<Chat, 'titleText' | 'listText' | 'images'> => ({
  ...(title !== undefined && { titleText: fold(title) }),
  ...(copies !== undefined && { listText: listTextOf(copies), images: imageIdsIn(JSON.stringify(copies)) }),
});
