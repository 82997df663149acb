import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import type { Chat } from '../chat.entity';
import { ChatImport } from './chat-import.entity';

/** Chats that are compared with an imported item. */
const MAX_SIMILAR = 20;

@Injectable()
export class ChatImportsRepository {
  constructor(private readonly database: Database) {}

  /** Serializes imports of the same item by the same user until the transaction ends. */
  async lock(userId: string, hash: string): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`import ${userId} ${hash}`]);
  }

  /** Id of the chat that was created for the item. */
  async findChatId(userId: string, hash: string): Promise<string | null> {
    return (await this.rows.findOneBy({ userId, hash }))?.chatId ?? null;
  }

  /** Chats of the user that may equal an item: same creation time, title and current message. */
  async findSimilar(userId: string, like: Pick<Chat, 'title' | 'createdAt' | 'currentId'>): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM chat WHERE user_id = $1 AND created_at = $2 AND title = $3 AND current_id IS NOT DISTINCT FROM $4
       ORDER BY updated_at LIMIT $5`,
      [userId, like.createdAt, like.title, like.currentId, MAX_SIMILAR],
    );
    return rows.map(({ id }) => id);
  }

  async insert(row: ChatImport): Promise<void> {
    await this.rows.insert(row);
  }

  private get rows() {
    return this.database.repository(ChatImport);
  }
}
