import { Injectable } from '@nestjs/common';
import { escapeLike, type PageWindow } from '../../common/paging/page';
import { Database } from '../../platform/database/database';
import { Chat } from './chat.entity';
import { TITLES } from './chat-lists.repository';
import type { ChatTitle } from './chats.types';
import { pairsOf } from './search/pairs';
import type { SearchQuery } from './search/search-query';

/** Which chats a search is about, apart from their texts. */
export type SearchFilter = Omit<SearchQuery, 'needle' | 'folderNames'> & { folderIds: readonly string[] | null };

/** What finds a text: sequences of three letters, or any two characters side by side. */
export type SearchIndex = 'trigrams' | 'pairs';

/** Where a message of a chat has the text. */
export interface MessageMatch {
  chatId: string;
  messageId: string;
  /** Characters before it, in NFC. */
  position: number;
  /** What stands around it. */
  snippet: string;
  /** Characters of the snippet before it. */
  snippetPosition: number;
}

/** Characters of a snippet before the match, and behind its beginning. */
const BEFORE = 60;
const BEHIND = 140;

/** Chats that are looked through for what is likely to be in many. */
const NEWEST = 200;
/** A bound, no list of ids: chats are then read in the order of the index, and no further than the page needs. */
const OF_NEWEST = `coalesce((SELECT n.updated_at FROM chat n WHERE n.user_id = :userId
  ORDER BY n.updated_at DESC, n.id OFFSET ${NEWEST - 1} LIMIT 1), 0)`;

const TAGS = `CASE WHEN jsonb_typeof(chat.meta -> 'tags') = 'array' THEN chat.meta -> 'tags' END`;
const HAS_TEXT = `(chat.title_text LIKE :pattern OR EXISTS (
  SELECT FROM chat_search_text t WHERE t.chat_id = chat.id AND t.text LIKE :pattern OFFSET 0))`;

/** Questions of the search. Needles are folded; any character in them stands for itself. */
@Injectable()
export class ChatSearchRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  findFiltered(userId: string, filter: SearchFilter, window: PageWindow): Promise<ChatTitle[]> {
    return this.page(this.filtered(userId, filter), window);
  }

  /** Those of the given chats that pass. Newest first. */
  findAmong(userId: string, filter: SearchFilter, ids: readonly string[], window: PageWindow): Promise<ChatTitle[]> {
    return this.page(this.filtered(userId, filter).andWhere('chat.id = ANY (:ids)', { ids }), window);
  }

  /**
   * Newest first, looking at the texts of one chat after the other until the page is full: fast for what many chats have,
   * and the only way without an index.
   */
  findByLooking(userId: string, filter: SearchFilter, needle: string, window: PageWindow): Promise<ChatTitle[]> {
    return this.page(this.filtered(userId, filter).andWhere(HAS_TEXT, { pattern: patternOf(needle) }), window);
  }

  /** As `findByLooking`, but not beyond the newest chats: null when the page is not full then. */
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

  /** Chats whose title or messages have the text, found by the index; null when more than `limit` places have it. */
  async findByIndex(userId: string, needle: string, index: SearchIndex, limit: number): Promise<string[] | null> {
    const rows = await this.database.query<{ id: string }>(
      `(SELECT id FROM chat WHERE user_id = $1 AND title_text LIKE $2 LIMIT $3)
       UNION ALL
       (SELECT chat_id FROM chat_search_text WHERE user_id = $1 AND text LIKE $2
        ${index === 'pairs' ? 'AND pairs @> $4' : 'AND $4::integer[] IS NULL'} LIMIT $3)`,
      [userId, patternOf(needle), limit + 1, index === 'pairs' ? pairsOf(needle) : null],
    );
    return rows.length > limit ? null : [...new Set(rows.map(({ id }) => id))];
  }

  /** For each of these chats one message with the text, if there is one. */
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
      [chatIds, needle, patternOf(needle), BEFORE, BEHIND],
    );
  }

  private page(query: ReturnType<ChatSearchRepository['filtered']>, { limit, offset }: PageWindow) {
    return query
      .orderBy('chat.updatedAt', 'DESC')
      .addOrderBy('chat.id')
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
