import { Injectable } from '@nestjs/common';
import { escapeLike, type PageWindow } from '../../../common/paging/page';
import { Database } from '../../../platform/database/database';
import { Chat, type ChatTitle } from '../chat.entity';

/** Additional chats of the sidebar list besides unpinned ones outside folders. Archived chats are never included. */
export interface SidebarFilter {
  isWithPinned: boolean;
  isWithFoldered: boolean;
}

/** Filter and order of an overview of chats. */
export interface OverviewFilter {
  /** Undefined for both. */
  isArchived?: boolean;
  /** Substring of the title, case-insensitive. */
  title?: string;
  order: 'title' | 'createdAt' | 'updatedAt';
  direction: 'ASC' | 'DESC';
}

/** Columns of `ChatTitle` as plain rows: building entities for a page takes longer than reading it. */
export const TITLES = `chat.id AS id, chat.title AS title, chat.updated_at::float8 AS "updatedAt",
  chat.created_at::float8 AS "createdAt"`;

/**
 * Lists of a user's chats: one statement each, which reads only the columns of the list. Ties are in the order of insertion:
 * ids of chats are ordered by time.
 */
@Injectable()
export class ChatListsRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. The most frequent query: one prepared statement per combination of filters. */
  findSidebar(userId: string, filter: SidebarFilter, { limit, offset }: PageWindow): Promise<ChatTitle[]> {
    const conditions = [
      'chat.user_id = $1 AND NOT chat.archived',
      ...(filter.isWithPinned ? [] : ['chat.pinned IS NOT TRUE']),
      ...(filter.isWithFoldered ? [] : ['chat.folder_id IS NULL']),
    ].join(' AND ');
    const sql = `SELECT ${TITLES} FROM chat WHERE ${conditions} ORDER BY chat.updated_at DESC, chat.id DESC LIMIT $2 OFFSET $3`;
    const name = `sidebar-${filter.isWithPinned}-${filter.isWithFoldered}`;
    return this.database.queryPrepared<ChatTitle>(name, sql, [userId, limit, offset]);
  }

  /** Newest first; includes chats in folders. */
  findPinned(userId: string): Promise<ChatTitle[]> {
    return this.newestOf(userId).andWhere('chat.pinned AND NOT chat.archived').getRawMany<ChatTitle>();
  }

  /** Includes pinned chats and chats in folders. */
  findOverview(userId: string, filter: OverviewFilter, { limit, offset }: PageWindow): Promise<ChatTitle[]> {
    const query = this.titlesOf(userId)
      .orderBy(`chat.${filter.order}`, filter.direction)
      .addOrderBy('chat.id', filter.direction);
    if (filter.isArchived !== undefined) query.andWhere({ archived: filter.isArchived });
    if (filter.title) query.andWhere('chat.title ILIKE :title', { title: `%${escapeLike(filter.title)}%` });
    return query
      .limit(limit ?? undefined)
      .offset(offset)
      .getRawMany<ChatTitle>();
  }

  /** Newest first; includes archived chats. */
  findTagged(userId: string, tagId: string): Promise<ChatTitle[]> {
    return this.newestOf(userId).andWhere(`chat.meta -> 'tags' ? :tagId`, { tagId }).getRawMany<ChatTitle>();
  }

  /** Chats directly in a folder, neither pinned nor archived. Newest first. */
  findInFolder(userId: string, folderId: string, { limit, offset }: PageWindow): Promise<ChatTitle[]> {
    return this.newestOf(userId)
      .andWhere('chat.folder_id = :folderId AND chat.pinned IS NOT TRUE AND NOT chat.archived', { folderId })
      .limit(limit ?? undefined)
      .offset(offset)
      .getRawMany<ChatTitle>();
  }

  private newestOf(userId: string) {
    return this.titlesOf(userId).orderBy('chat.updatedAt', 'DESC').addOrderBy('chat.id', 'DESC');
  }

  private titlesOf(userId: string) {
    return this.database.repository(Chat).createQueryBuilder('chat').select(TITLES).where({ userId });
  }
}
