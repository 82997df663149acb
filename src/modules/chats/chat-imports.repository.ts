import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';
import type { Chat } from './chat.entity';
import { ChatImport } from './chat-import.entity';

/** Chats that are compared with one that comes in. */
const MAX_ALIKE = 20;

@Injectable()
export class ChatImportsRepository {
  constructor(private readonly database: Database) {}

  /** Until the transaction ends, nobody else imports the same for this user. */
  async lock(userId: string, hash: string): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`import ${userId} ${hash}`]);
  }

  /** Id of the chat that it has become. */
  async findChatId(userId: string, hash: string): Promise<string | null> {
    return (await this.rows.findOneBy({ userId, hash }))?.chatId ?? null;
  }

  /** Chats of the user that may be this one: begun at the same time, with the same title and message on display. */
  async findAlike(userId: string, like: Pick<Chat, 'title' | 'createdAt' | 'currentId'>): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM chat WHERE user_id = $1 AND created_at = $2 AND title = $3 AND current_id IS NOT DISTINCT FROM $4
       ORDER BY updated_at LIMIT $5`,
      [userId, like.createdAt, like.title, like.currentId, MAX_ALIKE],
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
