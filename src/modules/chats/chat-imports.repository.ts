import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';
import { ChatImport } from './chat-import.entity';

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

  async insert(row: ChatImport): Promise<void> {
    await this.rows.insert(row);
  }

  private get rows() {
    return this.database.repository(ChatImport);
  }
}
