import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '../../../platform/database/database';
import { ChatImage } from './chat-image.entity';

/** Reference kind of images in the blob store. */
export const IMAGE_BLOBS = 'chat-image';

/** True for a row `i` shown by a chat or snapshot of its owner. Chats of other accounts do not count. */
const IS_USED = `(
  EXISTS (SELECT FROM chat_message m JOIN chat c ON c.id = m.chat_id
          WHERE m.images @> ARRAY[i.id] AND c.user_id = i.user_id)
  OR EXISTS (SELECT FROM chat c WHERE c.images @> ARRAY[i.id] AND c.user_id = i.user_id)
  OR EXISTS (SELECT FROM shared_chat s JOIN chat c ON c.id = s.chat_id
             WHERE s.images @> ARRAY[i.id] AND c.user_id = i.user_id))`;

@Injectable()
export class ChatImagesRepository {
  constructor(private readonly database: Database) {}

  /** Ids of the user's images by digest. These are not deleted for a day, shown or not. */
  async claim(userId: string, hashes: readonly string[], now: number): Promise<Map<string, string>> {
    const where = 'userId = :userId AND hash = ANY(:hashes) AND unusedSince IS NOT NULL';
    const update = this.rows.createQueryBuilder().update().set({ unusedSince: now });
    await update.where(where, { userId, hashes }).execute();
    const found = await this.rows.find({ select: { id: true, hash: true }, where: { userId, hash: In(hashes) } });
    return new Map(found.map(({ id, hash }) => [hash, id]));
  }

  /** The id of the row with this content: `image.id`, or that of a concurrently inserted row. */
  async insertOrFind(image: ChatImage): Promise<string> {
    const [row] = await this.database.query<{ id: string }>(
      `INSERT INTO chat_image (id, user_id, hash, type, unused_since) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (user_id, hash) DO UPDATE SET unused_since = EXCLUDED.unused_since RETURNING id`,
      [image.id, image.userId, image.hash, image.type, image.unusedSince],
    );
    return row?.id ?? image.id;
  }

  findAll(ids: readonly string[]): Promise<ChatImage[]> {
    return this.byIds(ids).getMany();
  }

  /** Images that these chats or snapshots name: of the user, or of all users for null. */
  findNamedIn(chatIds: readonly string[], userId: string | null): Promise<ChatImage[]> {
    return this.database.query(
      `SELECT id, type FROM chat_image WHERE ($2::text IS NULL OR user_id = $2) AND id IN (
         SELECT unnest(images) FROM chat_message WHERE chat_id = ANY($1) AND images IS NOT NULL
         UNION SELECT unnest(images) FROM chat WHERE id = ANY($1) AND images IS NOT NULL
         UNION SELECT unnest(images) FROM shared_chat WHERE id = ANY($1) AND images IS NOT NULL)`,
      [chatIds, userId],
    );
  }

  /** Images of the user, and those in a chat that is currently shared. */
  findReadable(ids: readonly string[], userId: string): Promise<ChatImage[]> {
    return this.byIds(ids)
      .andWhere(
        `(i.userId = :userId OR EXISTS (SELECT FROM shared_chat s JOIN chat c ON c.id = s.chat_id
          WHERE s.images @> ARRAY[i.id] AND c.user_id = i.user_id))`,
        { userId },
      )
      .getMany();
  }

  /** Ids in ascending order, after `after`. */
  async findIds(after: string, limit: number): Promise<string[]> {
    const sql = 'SELECT id FROM chat_image WHERE id > $1 ORDER BY id LIMIT $2';
    return (await this.database.query<{ id: string }>(sql, [after, limit])).map(({ id }) => id);
  }

  /** Updates which of these images are shown. */
  async markUnused(ids: readonly string[], now: number): Promise<void> {
    await this.database.query(
      `WITH i AS MATERIALIZED (SELECT id, ${IS_USED} AS used FROM chat_image i WHERE id = ANY($1)),
       marked AS (
         UPDATE chat_image SET unused_since = CASE WHEN i.used THEN NULL ELSE $2::bigint END FROM i
         WHERE chat_image.id = i.id AND i.used <> (chat_image.unused_since IS NULL)
         RETURNING chat_image.id)
       SELECT count(*) FROM marked`,
      [ids, now],
    );
  }

  /** Deletes those images that are unused since `since` or have no owner. Returns the deleted ids. */
  async deleteUnused(ids: readonly string[], since: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `WITH deleted AS (
         DELETE FROM chat_image i
         WHERE id = ANY($1) AND (user_id IS NULL OR unused_since <= $2) AND NOT ${IS_USED} RETURNING id)
       SELECT id FROM deleted`,
      [ids, since],
    );
    return rows.map(({ id }) => id);
  }

  private byIds(ids: readonly string[]) {
    return this.rows.createQueryBuilder('i').where('i.id = ANY(:ids)', { ids });
  }

  private get rows() {
    return this.database.repository(ChatImage);
  }
}
