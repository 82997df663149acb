import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';
import { ChatImage } from './chat-image.entity';

export type NewImage = Pick<ChatImage, 'id' | 'hash' | 'type' | 'size'>;

/** An image by its content. */
export type ClaimedImage = Pick<ChatImage, 'id' | 'hash' | 'isStored'>;

/** True of a row `i` that a chat or snapshot of its owner shows. What others write about an image keeps nothing. */
const IS_USED = `(
  EXISTS (SELECT FROM chat_message m JOIN chat c ON c.id = m.chat_id
          WHERE m.images @> ARRAY[i.id] AND c.user_id = i.user_id)
  OR EXISTS (SELECT FROM chat c WHERE c.images @> ARRAY[i.id] AND c.user_id = i.user_id)
  OR EXISTS (SELECT FROM shared_chat s JOIN chat c ON c.id = s.chat_id
             WHERE s.images @> ARRAY[i.id] AND c.user_id = i.user_id))`;

@Injectable()
export class ChatImagesRepository {
  constructor(private readonly database: Database) {}

  /**
   * The user's images with these contents; those that he does not have are made, under the given ids. For a day none of
   * them is removed, shown or not.
   */
  async claim(userId: string, images: readonly NewImage[], now: number): Promise<ClaimedImage[]> {
    // In one order for all, so that two who claim the same never wait for each other.
    const sorted = [...images].sort((a, b) => (a.hash < b.hash ? -1 : 1));
    const columns = (['id', 'hash', 'type', 'size'] as const).map((key) => sorted.map((image) => image[key]));
    await this.database.query(
      `INSERT INTO chat_image (id, user_id, hash, type, size, is_stored, unused_since)
       SELECT id, $5, hash, type, size, false, $6
       FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[]) AS image (id, hash, type, size)
       ON CONFLICT (user_id, hash) DO UPDATE SET unused_since = EXCLUDED.unused_since
       WHERE chat_image.unused_since IS NOT NULL`,
      [...columns, userId, now],
    );
    return this.database.query(
      'SELECT id, hash, is_stored AS "isStored" FROM chat_image WHERE user_id = $1 AND hash = ANY($2)',
      [userId, columns[1]],
    );
  }

  async markStored(ids: readonly string[]): Promise<void> {
    await this.rows.createQueryBuilder().update().set({ isStored: true }).where('id = ANY(:ids)', { ids }).execute();
  }

  findStored(ids: readonly string[]): Promise<ChatImage[]> {
    return this.stored(ids).getMany();
  }

  /** Those that these chats or snapshots name: of the user, or of everybody for null. */
  findNamedIn(chatIds: readonly string[], userId: string | null): Promise<ChatImage[]> {
    return this.database.query(
      `SELECT id, type FROM chat_image WHERE is_stored AND ($2::text IS NULL OR user_id = $2) AND id IN (
         SELECT unnest(images) FROM chat_message WHERE chat_id = ANY($1) AND images IS NOT NULL
         UNION SELECT unnest(images) FROM chat WHERE id = ANY($1) AND images IS NOT NULL
         UNION SELECT unnest(images) FROM shared_chat WHERE id = ANY($1) AND images IS NOT NULL)`,
      [chatIds, userId],
    );
  }

  /** Those of the user, and those in a chat that its owner shares now. */
  findReadable(ids: readonly string[], userId: string): Promise<ChatImage[]> {
    return this.stored(ids)
      .andWhere(
        `(i.userId = :userId OR EXISTS (SELECT FROM shared_chat s JOIN chat c ON c.id = s.chat_id
          WHERE s.images @> ARRAY[i.id] AND c.user_id = i.user_id))`,
        { userId },
      )
      .getMany();
  }

  /** Some ids in their order, behind `after`. */
  async findIds(after: string, limit: number): Promise<string[]> {
    const sql = 'SELECT id FROM chat_image WHERE id > $1 ORDER BY id LIMIT $2';
    return (await this.database.query<{ id: string }>(sql, [after, limit])).map(({ id }) => id);
  }

  /** Notes which of these images are shown no more, and which are shown again. */
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

  /** Of these images those that were not shown for long, and those whose owner is gone; the ids of what was deleted. */
  async deleteUnused(ids: readonly string[], since: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `WITH gone AS (
         DELETE FROM chat_image i
         WHERE id = ANY($1) AND (user_id IS NULL OR unused_since <= $2) AND NOT ${IS_USED} RETURNING id)
       SELECT id FROM gone`,
      [ids, since],
    );
    return rows.map(({ id }) => id);
  }

  private stored(ids: readonly string[]) {
    return this.rows.createQueryBuilder('i').where('i.id = ANY(:ids) AND i.isStored', { ids });
  }

  private get rows() {
    return this.database.repository(ChatImage);
  }
}
