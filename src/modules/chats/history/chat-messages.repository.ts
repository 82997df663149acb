import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { imageIdsIn } from '../images/image-url';
import { ChatMessage } from './chat-message.entity';
import type { RawCopy } from './history.codec';
import type { MessageColumns, MessageRow } from './message-row';
import type { MessageIndex } from './save-plan';

/** A message with the version that the list `messages` may still show. */
export type MessageBody = MessageColumns & { id: string; saved: RawCopy | null };

const BODY = 'id, parent_id AS "parentId", role, content, extra, saved';
const ROW = `${BODY}, position, hash, body_hash AS "bodyHash", past, revision, unseen, server_keys AS "serverKeys"`;
const COLUMNS = `id, parent_id, position, role, content, extra, hash, body_hash, past, revision, unseen, server_keys, saved,
  images`;
const TYPES = `id text, "parentId" text, position integer, role text, content text, extra json, hash text, "bodyHash" text,
  past text[], revision integer, unseen text[], "serverKeys" text[], saved json, images text[]`;

/** Preserves the ids that other keys of the message name. */
const WITH_MORE_IMAGES =
  'images || ARRAY(SELECT unnest(CAST(:images AS text[])) EXCEPT SELECT unnest(chat_message.images))';

@Injectable()
export class ChatMessagesRepository {
  constructor(private readonly database: Database) {}

  /** All messages of a chat, in key order. */
  findBodies(chatId: string): Promise<MessageBody[]> {
    return this.database.query(`SELECT ${BODY} FROM chat_message WHERE chat_id = $1 ORDER BY position`, [chatId]);
  }

  findSome(chatId: string, ids: readonly string[]): Promise<MessageBody[]> {
    const sql = `SELECT ${BODY} FROM chat_message WHERE chat_id = $1 AND id = ANY($2)`;
    return this.database.queryPrepared('some messages', sql, [chatId, ids]);
  }

  /**
   * Parent ids by message id, unordered. Reads no bodies; a recursive query would scan the chat once per message when
   * the planner lacks statistics.
   */
  async findParents(chatId: string): Promise<Map<string, string | null>> {
    const rows = await this.database.query<{ id: string; parent_id: string | null }>(
      'SELECT id, parent_id FROM chat_message WHERE chat_id = $1',
      [chatId],
    );
    return new Map(rows.map(({ id, parent_id }) => [id, parent_id]));
  }

  /** All messages without bodies, in key order. */
  findIndex(chatId: string): Promise<MessageIndex[]> {
    return this.database.query(
      `SELECT id, position, hash, revision, unseen, saved IS NOT NULL AS "hasSaved"
       FROM chat_message WHERE chat_id = $1 ORDER BY position`,
      [chatId],
    );
  }

  /** Unordered. Locks the rows until the transaction ends. */
  lock(chatId: string, ids: readonly string[]): Promise<MessageRow[]> {
    return this.database.query(
      `SELECT ${ROW} FROM chat_message WHERE chat_id = $1 AND id = ANY($2) ORDER BY id FOR NO KEY UPDATE`,
      [chatId, ids],
    );
  }

  /** The position after the last message. */
  async nextPosition(chatId: string): Promise<number> {
    const sql = 'SELECT coalesce(max(position) + 1, 0) AS next FROM chat_message WHERE chat_id = $1';
    const [row] = await this.database.query<{ next: number }>(sql, [chatId]);
    return row?.next ?? 0;
  }

  /** Inserts or replaces the rows in one statement. */
  async write(chatId: string, rows: readonly MessageRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.database.query(
      `INSERT INTO chat_message (chat_id, ${COLUMNS})
       SELECT $1, id, "parentId", position, role, content, extra, hash, "bodyHash", past, revision, unseen,
              "serverKeys", saved, images
       FROM json_to_recordset($2::json) AS row (${TYPES})
       ON CONFLICT (chat_id, id) DO UPDATE SET
         parent_id = EXCLUDED.parent_id, position = EXCLUDED.position, role = EXCLUDED.role,
         content = EXCLUDED.content, extra = EXCLUDED.extra, hash = EXCLUDED.hash, body_hash = EXCLUDED.body_hash,
         past = EXCLUDED.past, server_keys = EXCLUDED.server_keys, saved = EXCLUDED.saved, images = EXCLUDED.images,
         is_indexed = false`,
      [chatId, JSON.stringify(rows.map((row) => ({ ...row, images: imagesOf(row) })))],
    );
  }

  /** Updates only positions. */
  async move(chatId: string, positions: ReadonlyMap<string, number>): Promise<void> {
    if (positions.size === 0) return;
    await this.database.query(
      `UPDATE chat_message m SET position = moved.position
       FROM unnest($2::text[], $3::integer[]) AS moved (id, position) WHERE m.chat_id = $1 AND m.id = moved.id`,
      [chatId, [...positions.keys()], [...positions.values()]],
    );
  }

  /** Drops the saved versions: the list `messages` then shows the stored messages. */
  async dropSaved(chatId: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.database.query('UPDATE chat_message SET saved = NULL WHERE chat_id = $1 AND id = ANY($2)', [
      chatId,
      ids,
    ]);
  }

  async delete(chatId: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.database.query('DELETE FROM chat_message WHERE chat_id = $1 AND id = ANY($2)', [chatId, ids]);
  }

  /**
   * Extends the text of a message that the server has written to since the last save: one UPDATE of one row. Returns
   * false for other messages, and when `content` does not start with the stored text.
   */
  async extendContent(chatId: string, id: string, content: string): Promise<boolean> {
    const images = imageIdsIn(content);
    const { affected } = await this.database
      .repository(ChatMessage)
      .createQueryBuilder()
      .update()
      .set({ content, isIndexed: false, ...(images && { images: () => WITH_MORE_IMAGES }) })
      .setParameters({ images })
      .where({ chatId, id })
      .andWhere(`hash IS NULL AND starts_with(:content, content) AND 'content' = ANY (server_keys)`, { content })
      .execute();
    return affected === 1;
  }
}

const imagesOf = ({ content, extra, saved }: MessageRow): string[] | null =>
  imageIdsIn(JSON.stringify([content, extra, saved]));
