import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Chat } from '../chat.entity';
import type { ChatMessage } from '../history/chat-message.entity';
import type { MessageBody } from '../history/chat-messages.repository';

/** Selects the chats to export. */
export interface ExportScope {
  userId: string;
  isArchivedOnly?: boolean;
  /** Only chats in these folders that are neither pinned nor archived. */
  folderIds?: readonly string[];
}

const SIZE = `coalesce(octet_length(content), 0) + coalesce(pg_column_size(extra), 0)
  + coalesce(pg_column_size(saved), 0)`;

@Injectable()
export class ChatExportsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Last changed first. All ids are read first, so that chats that change during the export appear once and in order.
   */
  async findIds({ userId, isArchivedOnly, folderIds }: ExportScope): Promise<string[]> {
    const query = this.rows.createQueryBuilder('chat').select('chat.id', 'id').where({ userId });
    if (isArchivedOnly) query.andWhere('chat.archived');
    if (folderIds)
      query.andWhere('chat.folder_id = ANY(:folderIds) AND chat.pinned IS NOT TRUE AND NOT chat.archived', {
        folderIds,
      });
    const found = await query
      .orderBy('chat.updated_at', 'DESC')
      .addOrderBy('chat.id', 'DESC')
      .getRawMany<{ id: string }>();
    return found.map(({ id }) => id);
  }

  /** Ids of the chats of all users and of shared snapshots; last changed first. */
  async findAllIds(): Promise<string[]> {
    const found = await this.database.query<{ id: string }>(
      `SELECT id, updated_at FROM chat UNION ALL SELECT id, updated_at FROM shared_chat ORDER BY updated_at DESC, id DESC`,
    );
    return found.map(({ id }) => id);
  }

  /** Approximate bytes of each chat or snapshot in the database, without reading it. */
  async findSizes(ids: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.database.query<{ id: string; size: number }>(
      `SELECT chat_id AS id, sum(${SIZE})::float8 AS size FROM chat_message WHERE chat_id = ANY($1) GROUP BY chat_id
       UNION ALL
       SELECT id, pg_column_size(content)::float8 FROM shared_chat WHERE id = ANY($1)`,
      [ids],
    );
    return new Map(rows.map(({ id, size }) => [id, size]));
  }

  /** Approximate bytes of each message of a chat, in key order. */
  async findMessageSizes(chatId: string): Promise<Map<string, number>> {
    const rows = await this.database.query<{ id: string; size: number }>(
      `SELECT id, (${SIZE})::float8 AS size FROM chat_message WHERE chat_id = $1 ORDER BY position`,
      [chatId],
    );
    return new Map(rows.map(({ id, size }) => [id, size]));
  }

  /** Unordered; deleted chats are missing. */
  findAll(ids: readonly string[]): Promise<Chat[]> {
    return this.rows.createQueryBuilder('chat').where('chat.id = ANY(:ids)', { ids }).getMany();
  }

  /** All messages of these chats, each chat's in key order. */
  findBodies(ids: readonly string[]): Promise<(MessageBody & Pick<ChatMessage, 'chatId'>)[]> {
    return this.database.queryPrepared(
      'exported messages',
      `SELECT chat_id AS "chatId", id, parent_id AS "parentId", role, content, extra, saved
       FROM chat_message WHERE chat_id = ANY($1) ORDER BY chat_id, position`,
      [ids],
    );
  }

  private get rows() {
    return this.database.repository(Chat);
  }
}
