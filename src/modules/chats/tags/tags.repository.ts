import { Injectable } from '@nestjs/common';
import { In, type QueryDeepPartialEntity } from 'typeorm';
import { Database } from '../../../platform/database/database';
import { Tag } from './tag.entity';

@Injectable()
export class TagsRepository {
  constructor(private readonly database: Database) {}

  findAll(userId: string): Promise<Tag[]> {
    return this.database.repository(Tag).find({ where: { userId }, order: { name: 'ASC', id: 'ASC' } });
  }

  async findSome(userId: string, ids: readonly string[]): Promise<Tag[]> {
    return ids.length === 0 ? [] : this.database.repository(Tag).findBy({ userId, id: In([...ids]) });
  }

  /** Existing tags are not renamed. */
  async insertMissing(tags: readonly Tag[]): Promise<void> {
    if (tags.length === 0) return;
    await this.database
      .repository(Tag)
      .createQueryBuilder()
      .insert()
      .values(tags as QueryDeepPartialEntity<Tag>[])
      .orIgnore()
      .execute();
  }

  /** Deletes the user's tags that no chat has: among `ids`, or among all. */
  async deleteUnused(userId: string, ids?: readonly string[]): Promise<void> {
    if (ids?.length === 0) return;
    await this.database.query(
      `DELETE FROM tag WHERE user_id = $1 AND ($2::text[] IS NULL OR id = ANY($2))
       AND NOT EXISTS (SELECT FROM chat WHERE chat.user_id = $1 AND chat.meta -> 'tags' ? tag.id)`,
      [userId, ids ?? null],
    );
  }
}
