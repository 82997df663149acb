import { Injectable } from '@nestjs/common';
import type { QueryDeepPartialEntity } from 'typeorm';
import { Database } from '../../platform/database/database';
import { imageIdsIn } from './images/image-url';
import { SharedChat } from './shared-chat.entity';

@Injectable()
export class SharedChatsRepository {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<SharedChat | null> {
    return this.rows.findOneBy({ id });
  }

  /** In no order. */
  findAll(ids: readonly string[]): Promise<SharedChat[]> {
    return this.rows
      .createQueryBuilder('shared')

      .where('shared.id = ANY(:ids)', { ids })
      .getMany();
  }

  /** The owner of a chat that is shared now. */
  async findOwner(chatId: string): Promise<string | null> {
    const [row] = await this.database.query<{ owner: string }>(
      'SELECT chat.user_id AS owner FROM shared_chat s JOIN chat ON chat.id = s.chat_id WHERE s.chat_id = $1',
      [chatId],
    );
    return row?.owner ?? null;
  }

  /** Inserts, or replaces the one with this id. */
  async write(chat: SharedChat): Promise<void> {
    const images = imageIdsIn(JSON.stringify(chat.content));
    // Free-form JSON columns have no type that TypeORM's own would match.
    await this.rows.upsert({ ...chat, images } as QueryDeepPartialEntity<SharedChat>, ['id']);
  }

  async delete(chatId: string): Promise<void> {
    await this.rows.delete({ chatId });
  }

  private get rows() {
    return this.database.repository(SharedChat);
  }
}
