import { Injectable } from '@nestjs/common';
import { escapeLike, type PageWindow } from '../../../common/paging/page';
import { Database } from '../../../platform/database/database';
import { Chat, type ChatTitle } from '../chat.entity';
import type { Copy } from '../history/history.codec';
import { TITLES } from '../lists/chat-lists.repository';
import { SNIPPET, type MessageMatch } from './list-match';
import type { SearchQuery } from './search-query';
import { pairsOf } from './pairs';

/** The filters of a search, without the text. */
export type SearchFilter = Omit<SearchQuery, 'needle' | 'folderNames'> & { folderIds: readonly string[] | null };

/** The index to use: trigrams of letters and digits, or pairs of adjacent characters. */
export type SearchIndex = 'trigrams' | 'pairs';

/** Chats to scan for a string that is likely to be in many of them. */
const NEWEST = 200;
/** A bound rather than a list of ids: PostgreSQL then reads chats in index order and stops when the page is full. */
const OF_NEWEST = `coalesce((SELECT n.updated_at FROM chat n WHERE n.user_id = :userId
  ORDER BY n.updated_at DESC, n.id DESC OFFSET ${NEWEST - 1} LIMIT 1), 0)`;

const TAGS = `CASE WHEN jsonb_typeof(chat.meta -> 'tags') = 'array' THEN chat.meta -> 'tags' END`;
const HAS_TEXT = `(chat.title_text LIKE :pattern OR chat.list_text LIKE :pattern OR EXISTS (
  SELECT FROM chat_search_text t WHERE t.chat_id = chat.id AND t.text LIKE :pattern OFFSET 0))`;

/** Search queries. Needles are folded; wildcards of `LIKE` in them are escaped. */
@Injectable()
export class ChatSearchRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  findFiltered(userId: string, filter: SearchFilter, window: PageWindow): Promise<ChatTitle[]> {
    return this.page(this.filtered(userId, filter), window);
  }

  /** As `findFiltered`, among the given chats. */
  findAmong(userId: string, filter: SearchFilter, ids: readonly string[], window: PageWindow): Promise<ChatTitle[]> {
    return this.page(this.filtered(userId, filter).andWhere('chat.id = ANY (:ids)', { ids }), window);
  }

  /**
   * Scans the texts of one chat after the other, newest first, until the page is full: fast for frequent texts, and the
   * only way without an index.
   */
  findByScan(userId: string, filter: SearchFilter, needle: string, window: PageWindow): Promise<ChatTitle[]> {
    return this.page(this.filtered(userId, filter).andWhere(HAS_TEXT, { pattern: patternOf(needle) }), window);
  }

  /** As `findByScan`, among the newest chats only; null when that does not fill the page. */
  async findInNewest(
    userId: string,
    filter: SearchFilter,
    needle: string,
    window: PageWindow,
  ): Promise<ChatTitle[] | null> {
    const query = this.filtered(userId, filter)
      .andWhere(`chat.updated_at >= ${OF_NEWEST}`, { userId })
      .andWhere(HAS_TEXT, { pattern: patternOf(needle) });
    const found = await this.page(query, window);
    return found.length === window.limit ? found : null;
  }

  /** Ids of the chats whose title or messages contain the text, by index; null for more than `limit` matches. */
  async findByIndex(userId: string, needle: string, index: SearchIndex, limit: number): Promise<string[] | null> {
    const rows = await this.database.query<{ id: string }>(
      `(SELECT id FROM chat WHERE user_id = $1 AND title_text LIKE $2 LIMIT $3)
       UNION ALL
       (SELECT id FROM chat WHERE user_id = $1 AND list_text LIKE $2 LIMIT $3)
       UNION ALL
       (SELECT chat_id FROM chat_search_text WHERE user_id = $1 AND text LIKE $2
        ${index === 'pairs' ? 'AND pairs @> $4' : 'AND $4::integer[] IS NULL'} LIMIT $3)`,
      [userId, patternOf(needle), limit + 1, index === 'pairs' ? pairsOf(needle) : null],
    );
    return rows.length > limit ? null : [...new Set(rows.map(({ id }) => id))];
  }

  /** One matching message per chat, for chats that have one. */
  findMatches(chatIds: readonly string[], needle: string): Promise<MessageMatch[]> {
    return this.database.query(
      `SELECT found.chat_id AS "chatId", found.message_id AS "messageId", found.at - 1 AS position,
              substr(normalize(coalesce(m.content, found.text), NFC), greatest(found.at - $4, 1),
                     least(found.at - 1, $4) + $5) AS snippet,
              least(found.at - 1, $4) AS "snippetPosition"
       FROM unnest($1::text[]) AS wanted (id)
       CROSS JOIN LATERAL (
         SELECT t.chat_id, t.message_id, t.text, strpos(t.text, $2) AS at FROM chat_search_text t
         WHERE t.chat_id = wanted.id AND t.text LIKE $3 ORDER BY t.message_id LIMIT 1
       ) found
       JOIN chat_message m ON m.chat_id = found.chat_id AND m.id = found.message_id`,
      [chatIds, needle, patternOf(needle), SNIPPET.before, SNIPPET.after],
    );
  }

  /** The lists `messages` of chats whose list contains the text. */
  async findLists(chatIds: readonly string[], needle: string): Promise<Map<string, Copy[]>> {
    const rows = await this.database.query<{ id: string; copies: Copy[] }>(
      'SELECT id, copies FROM chat WHERE id = ANY($1) AND list_text LIKE $2',
      [chatIds, patternOf(needle)],
    );
    return new Map(rows.map(({ id, copies }) => [id, copies]));
  }

  private page(query: ReturnType<ChatSearchRepository['filtered']>, { limit, offset }: PageWindow) {
    return query
      .orderBy('chat.updatedAt', 'DESC')
      .addOrderBy('chat.id', 'DESC')
      .limit(limit ?? undefined)
      .offset(offset)
      .getRawMany<ChatTitle>();
  }

  private filtered(userId: string, filter: SearchFilter) {
    const { tagIds, folderIds, isPinned, isShared } = filter;
    const query = this.database.repository(Chat).createQueryBuilder('chat').select(TITLES).where({ userId });
    query.andWhere(filter.isArchived ? 'chat.archived' : 'NOT chat.archived');
    if (filter.isUntagged) query.andWhere(`coalesce(jsonb_array_length(${TAGS}), 0) = 0`);
    if (tagIds.length > 0) query.andWhere(`chat.meta -> 'tags' ?& :tagIds`, { tagIds });
    if (folderIds) query.andWhere('chat.folderId = ANY (:folderIds)', { folderIds });
    if (isPinned !== undefined) query.andWhere('chat.pinned = :isPinned', { isPinned });
    if (isShared !== undefined) query.andWhere(isShared ? 'chat.shareId IS NOT NULL' : 'chat.shareId IS NULL');
    return query;
  }
}

const patternOf = (needle: string): string => `%${escapeLike(needle)}%`;
