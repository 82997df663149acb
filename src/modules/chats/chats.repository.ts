import { Injectable } from '@nestjs/common';
import type { QueryDeepPartialEntity } from 'typeorm';
import { Database } from '../../platform/database/database';
import { Chat } from './chat.entity';
import type { ChatSummary } from './chats.types';
import { imageIdsIn } from './images/image-url';
import { fold } from './search/fold';

/** Free-form JSON columns have no type that TypeORM's own would match. */
type Columns = QueryDeepPartialEntity<Chat>;

const SUMMARY = ['id', 'userId', 'title', 'folderId', 'meta', 'isTree'].map((column) => `chat.${column}`);

@Injectable()
export class ChatsRepository {
  constructor(private readonly database: Database) {}

  async insert(chat: Chat): Promise<void> {
    await this.rows.insert({ ...chat, ...derivedOf(chat) } as Columns);
  }

  find(id: string): Promise<Chat | null> {
    return this.rows.findOneBy({ id });
  }

  findOwned(userId: string, id: string): Promise<Chat | null> {
    return this.rows.findOneBy({ id, userId });
  }

  /** Without the client's object. */
  findSummary(id: string): Promise<ChatSummary | null> {
    return this.rows.createQueryBuilder('chat').select(SUMMARY).where({ id }).getOne();
  }

  /** Until the transaction ends, saves and writes to messages of the chat wait. */
  lock(id: string): Promise<Chat | null> {
    return this.rows.createQueryBuilder('chat').setLock('for_no_key_update').where({ id }).getOne();
  }

  /** Also tells the search to look for changed messages: whoever writes to messages changes the chat too. */
  async update(id: string, change: Partial<Chat>): Promise<void> {
    await this.rows
      .createQueryBuilder()
      .update()
      .set({ ...change, ...derivedOf(change), isIndexed: false } as Columns)
      .where({ id })
      .execute();
  }

  /** After a write to a message; changes the row at most once a second. */
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

  /** Every chat of the user. */
  async setArchived(userId: string, archived: boolean): Promise<void> {
    await this.lockAll(userId);
    await this.rows.update({ userId, archived: !archived }, { archived });
  }

  /** Every chat of the user; the ids of what was deleted. */
  async deleteAll(userId: string): Promise<string[]> {
    await this.lockAll(userId);
    const { raw } = (await this.rows.createQueryBuilder().delete().where({ userId }).returning('id').execute()) as {
      raw: { id: string }[];
    };
    return raw.map(({ id }) => id);
  }

  /** In one order for all that lock several chats: two of them never wait for each other. */
  private async lockAll(userId: string): Promise<void> {
    await this.database.query('SELECT FROM chat WHERE user_id = $1 ORDER BY id FOR NO KEY UPDATE', [userId]);
  }

  private get rows() {
    return this.database.repository(Chat);
  }
}

/** Columns that follow from others. */
const derivedOf = ({ title, copies }: Partial<Chat>): Pick<Chat, 'titleText' | 'images'> => ({
  ...(title !== undefined && { titleText: fold(title) }),
  ...(copies !== undefined && { images: imageIdsIn(JSON.stringify(copies)) }),
});
