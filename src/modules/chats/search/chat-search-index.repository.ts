import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';

/** A message whose current text is not indexed. */
export interface UnindexedMessage {
  chatId: string;
  messageId: string;
  userId: string;
  /** At most `MAX_TEXT` characters. */
  content: string | null;
  /** `content` if it is not a string. */
  parts: unknown;
  /** Changes with every write to the row. */
  version: string;
}

export interface IndexedText extends Pick<UnindexedMessage, 'chatId' | 'messageId' | 'userId' | 'version'> {
  text: string;
  pairs: readonly number[];
}

/** Characters of a message that are indexed. */
const MAX_TEXT = 1_000_000;

/** Advisory lock for creating the indexes: the bytes of "srch". */
const INDEX_LOCK = 0x73726368;

const INDEXES = ['chat_title_search', 'chat_search_text_search', 'chat_search_text_pairs'];

/** The indexed texts, and the marks of chats and messages that are not indexed. */
@Injectable()
export class ChatSearchIndexRepository {
  constructor(private readonly database: Database) {}

  /** Creates the text indexes, which need the extensions pg_trgm and btree_gin. Call it in a transaction. */
  async createIndexes(): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock($1)', [INDEX_LOCK]);
    await this.database.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    await this.database.query('CREATE EXTENSION IF NOT EXISTS btree_gin');
    await this.database.query(
      'CREATE INDEX IF NOT EXISTS chat_title_search ON chat USING gin (user_id, title_text gin_trgm_ops)',
    );
    await this.database.query(
      `CREATE INDEX IF NOT EXISTS chat_search_text_search ON chat_search_text USING gin (user_id, text gin_trgm_ops)`,
    );
    await this.database.query(
      'CREATE INDEX IF NOT EXISTS chat_search_text_pairs ON chat_search_text USING gin (user_id, pairs)',
    );
  }

  async hasIndexes(): Promise<boolean> {
    const sql = 'SELECT FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NULL';
    return (await this.database.query(sql, [INDEXES])).length === 0;
  }

  /** Whether trigrams include letters beyond ASCII, which depends on the locale of the database. */
  async supportsAllLetters(): Promise<boolean> {
    const [row] = await this.database.query<{ known: boolean }>(`SELECT cardinality(show_trgm('世界语')) > 0 AS known`);
    return row?.known ?? false;
  }

  /** Locks chats that are not fully indexed, of one user or of all; skips chats that are being written. */
  async lockSome(limit: number, filter: { userId?: string; notAfter?: number }): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM chat WHERE NOT is_indexed AND ($2::text IS NULL OR user_id = $2)
         AND ($3::bigint IS NULL OR updated_at <= $3)
       LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED`,
      [limit, filter.userId ?? null, filter.notAfter ?? null],
    );
    return rows.map(({ id }) => id);
  }

  async findIds(userId: string): Promise<string[]> {
    const sql = 'SELECT id FROM chat WHERE NOT is_indexed AND user_id = $1';
    return (await this.database.query<{ id: string }>(sql, [userId])).map(({ id }) => id);
  }

  /** Waits for transactions that write to the chat. Returns false when it is fully indexed. */
  async lock(id: string): Promise<boolean> {
    const sql = 'SELECT id FROM chat WHERE id = $1 AND NOT is_indexed FOR NO KEY UPDATE';
    return (await this.database.query(sql, [id])).length === 1;
  }

  findUnindexed(chatIds: readonly string[], limit: number): Promise<UnindexedMessage[]> {
    return this.database.query(
      `SELECT m.chat_id AS "chatId", m.id AS "messageId", chat.user_id AS "userId",
              left(m.content, ${MAX_TEXT}) AS content,
              CASE WHEN m.content IS NULL AND json_typeof(m.extra) = 'object' THEN m.extra -> 'content' END AS parts,
              m.xmin::text AS version
       FROM chat_message m JOIN chat ON chat.id = m.chat_id
       WHERE m.chat_id = ANY($1) AND NOT m.is_indexed LIMIT $2`,
      [chatIds, limit],
    );
  }

  /** Messages that have changed since they were read stay marked as not indexed. */
  async write(texts: readonly IndexedText[]): Promise<void> {
    const columns = (['chatId', 'messageId', 'userId', 'text', 'version'] as const).map((key) =>
      texts.map((text) => text[key]),
    );
    // PostgreSQL has no arrays of arrays of different lengths: each list is sent as array text.
    const pairs = texts.map((text) => `{${text.pairs.join(',')}}`);
    await this.database.query(
      `WITH made AS (
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
           AS made (chat_id, message_id, user_id, text, version, pairs)
       ), marked AS (
         UPDATE chat_message m SET is_indexed = true FROM made
         WHERE m.chat_id = made.chat_id AND m.id = made.message_id AND m.xmin::text = made.version
       )
       INSERT INTO chat_search_text (chat_id, message_id, user_id, text, pairs)
       SELECT chat_id, message_id, user_id, text, pairs::integer[] FROM made
       ON CONFLICT (chat_id, message_id) DO UPDATE SET text = EXCLUDED.text, pairs = EXCLUDED.pairs
       WHERE chat_search_text.text <> EXCLUDED.text OR chat_search_text.pairs IS NULL`,
      [...columns, pairs],
    );
  }

  /** Marks the chats whose messages are all indexed. */
  async markChats(chatIds: readonly string[]): Promise<void> {
    await this.database.query(
      `UPDATE chat SET is_indexed = true WHERE id = ANY($1)
       AND NOT EXISTS (SELECT FROM chat_message m WHERE m.chat_id = chat.id AND NOT m.is_indexed)`,
      [chatIds],
    );
  }
}
