import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../common/util/json';
import type { PageWindow } from '../../common/paging/page';
import { Database } from '../../platform/database/database';
import { Chat } from './chat.entity';
import type { ChatTitle } from './chats.types';

const TITLE = ['id', 'title', 'updatedAt', 'createdAt'].map((column) => `chat.${column}`);

/** Chats by the folders in which they lie. */
@Injectable()
export class ChatFoldersRepository {
  constructor(private readonly database: Database) {}

  /** What shows in this one folder: neither pinned nor archived. Newest first. */
  findTitles(userId: string, folderId: string, { limit, offset }: PageWindow): Promise<ChatTitle[]> {
    return this.rows
      .createQueryBuilder('chat')
      .select(TITLE)
      .where({ userId, folderId })
      .andWhere('chat.pinned IS NOT TRUE AND NOT chat.archived')
      .orderBy('chat.updatedAt', 'DESC')
      .addOrderBy('chat.id')
      .limit(limit ?? undefined)
      .offset(offset)
      .getMany();
  }

  /** Pinned and archived ones count too. */
  async hasAny(userId: string, folderIds: readonly string[]): Promise<boolean> {
    const sql = 'SELECT id FROM chat WHERE user_id = $1 AND folder_id = ANY($2) LIMIT 1';
    return (await this.database.query(sql, [userId, folderIds])).length === 1;
  }

  /** Pinned and archived ones too; answers what was deleted. */
  deleteAll(userId: string, folderIds: readonly string[]): Promise<{ id: string; meta: JsonObject }[]> {
    return this.database.query(
      `WITH gone AS (DELETE FROM chat WHERE user_id = $1 AND folder_id = ANY($2) RETURNING id, meta)
       SELECT id, meta FROM gone`,
      [userId, folderIds],
    );
  }

  private get rows() {
    return this.database.repository(Chat);
  }
}
