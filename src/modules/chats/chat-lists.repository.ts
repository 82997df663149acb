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

  /** Newest first. */
  findSidebar(userId: string, filter: SidebarFilter, { limit, offset }: PageWindow): Promise<ChatTitle[]> {
    const query = this.newestOf(userId).andWhere('NOT chat.archived');
    if (!filter.isWithPinned) query.andWhere('chat.pinned IS NOT TRUE');
    if (!filter.isWithFoldered) query.andWhere('chat.folderId IS NULL');
    return query
      .limit(limit ?? undefined)
      .offset(offset)
      .getRawMany<ChatTitle>();
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
