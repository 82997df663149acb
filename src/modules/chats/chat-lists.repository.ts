import { Injectable } from '@nestjs/common';
import { escapeLike, type PageWindow } from '../../common/paging/page';
import { Database } from '../../platform/database/database';
import { Chat } from './chat.entity';
import type { ChatTitle } from './chats.types';

/** Which chats of a user the sidebar shows besides the plain ones. Archived ones are in no such list. */
export interface SidebarFilter {
  isWithPinned: boolean;
  isWithFoldered: boolean;
}

/** How an overview of chats is narrowed and sorted. */
export interface OverviewFilter {
  /** Undefined: archived or not. */
  isArchived?: boolean;
  /** Part of the title; case does not matter. */
  title?: string;
  order: 'title' | 'createdAt' | 'updatedAt';
  direction: 'ASC' | 'DESC';
}

/** What lists show of a chat, as plain rows: building the entities of a page takes longer than reading it. */
export const TITLES = `chat.id AS id, chat.title AS title, chat.updated_at::float8 AS "updatedAt",
  chat.created_at::float8 AS "createdAt"`;

/** Lists of a user's chats: each one statement that reads nothing but what the list shows. */
@Injectable()
export class ChatListsRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. What clients ask for most: prepared, one statement for each of the four lists. */
  findSidebar(userId: string, filter: SidebarFilter, { limit, offset }: PageWindow): Promise<ChatTitle[]> {
    const conditions = [
      'chat.user_id = $1 AND NOT chat.archived',
      ...(filter.isWithPinned ? [] : ['chat.pinned IS NOT TRUE']),
      ...(filter.isWithFoldered ? [] : ['chat.folder_id IS NULL']),
    ].join(' AND ');
    const sql = `SELECT ${TITLES} FROM chat WHERE ${conditions} ORDER BY chat.updated_at DESC, chat.id LIMIT $2 OFFSET $3`;
    const name = `sidebar-${filter.isWithPinned}-${filter.isWithFoldered}`;
    return this.database.queryPrepared<ChatTitle>(name, sql, [userId, limit, offset]);
  }

  /** Newest first, those in folders included. */
  findPinned(userId: string): Promise<ChatTitle[]> {
    return this.newestOf(userId).andWhere('chat.pinned AND NOT chat.archived').getRawMany<ChatTitle>();
  }

  /** Pinned ones and those in folders included. */
  findOverview(userId: string, filter: OverviewFilter, { limit, offset }: PageWindow): Promise<ChatTitle[]> {
    const query = this.titlesOf(userId).orderBy(`chat.${filter.order}`, filter.direction).addOrderBy('chat.id');
    if (filter.isArchived !== undefined) query.andWhere({ archived: filter.isArchived });
    if (filter.title) query.andWhere('chat.title ILIKE :title', { title: `%${escapeLike(filter.title)}%` });
    return query
      .limit(limit ?? undefined)
      .offset(offset)
      .getRawMany<ChatTitle>();
  }

  /** Newest first, archived ones included. */
  findTagged(userId: string, tagId: string): Promise<ChatTitle[]> {
    return this.newestOf(userId).andWhere(`chat.meta -> 'tags' ? :tagId`, { tagId }).getRawMany<ChatTitle>();
  }

  private newestOf(userId: string) {
    return this.titlesOf(userId).orderBy('chat.updatedAt', 'DESC').addOrderBy('chat.id');
  }

  private titlesOf(userId: string) {
    return this.database.repository(Chat).createQueryBuilder('chat').select(TITLES).where({ userId });
  }
}
