import { Injectable } from '@nestjs/common';
import type { QueryDeepPartialEntity } from 'typeorm';
import { Database } from '../../../platform/database/database';
import { imageIdsIn } from '../images/image-url';
import { attachedIds } from './shared-chat-files';
import { SharedChat, SharedChatFile } from './shared-chat.entity';

@Injectable()
export class SharedChatsRepository {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<SharedChat | null> {
    return this.rows.findOneBy({ id });
  }

  /** Unordered. */
  findAll(ids: readonly string[]): Promise<SharedChat[]> {
    return this.rows.createQueryBuilder('shared').where('shared.id = ANY(:ids)', { ids }).getMany();
  }

  /** The owner of a shared chat; null while it is not shared. */
  async findOwner(chatId: string): Promise<string | null> {
    const [row] = await this.database.query<{ owner: string }>(
      'SELECT chat.user_id AS owner FROM shared_chat s JOIN chat ON chat.id = s.chat_id WHERE s.chat_id = $1',
      [chatId],
    );
    return row?.owner ?? null;
  }

  /** Those of these files that a snapshot of their owner has attached. */
  async findFileIds(fileIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT DISTINCT file.id FROM shared_chat_file link
       JOIN shared_chat s ON s.id = link.shared_chat_id JOIN chat ON chat.id = s.chat_id
       JOIN file ON file.id = link.file_id AND file.user_id = chat.user_id
       WHERE link.file_id = ANY($1)`,
      [fileIds],
    );
    return rows.map(({ id }) => id);
  }

  /** Inserts or replaces the snapshot. Call it in a transaction. */
  async write(chat: SharedChat): Promise<void> {
    const images = imageIdsIn(JSON.stringify(chat.content));
    // TypeORM's own type does not accept free-form JSON columns.
    await this.rows.upsert({ ...chat, images } as QueryDeepPartialEntity<SharedChat>, ['id']);
    await this.database.repository(SharedChatFile).delete({ sharedChatId: chat.id });
    await this.database.query(
      `INSERT INTO shared_chat_file (shared_chat_id, file_id)
       SELECT $1, file.id FROM file JOIN chat ON chat.user_id = file.user_id
       WHERE chat.id = $2 AND file.id = ANY($3) FOR KEY SHARE OF file`,
      [chat.id, chat.chatId, attachedIds(chat.content)],
    );
  }

  async delete(chatId: string): Promise<void> {
    await this.rows.delete({ chatId });
  }

  private get rows() {
    return this.database.repository(SharedChat);
  }
}
