import { Injectable } from '@nestjs/common';
import type { QueryDeepPartialEntity } from 'typeorm';
import { Database } from '../../platform/database/database';
import { Folder } from './folder.entity';
import type { FolderPlace, FolderSummary } from './folders.types';

/** First key of the locks of the trees: "fold" as a number. */
const TREE_LOCK = 0x666f6c64;

/** Free-form JSON columns have no type that TypeORM's own would match. */
type Columns = QueryDeepPartialEntity<Folder>;

@Injectable()
export class FoldersRepository {
  constructor(private readonly database: Database) {}

  /** Last changed first. Pictures in `meta` are not read. */
  findSummaries(userId: string): Promise<FolderSummary[]> {
    return this.database.query(
      `SELECT id, name, parent_id AS "parentId", is_expanded AS "isExpanded", meta IS NOT NULL AS "hasMeta", icon,
              created_at::float8 AS "createdAt", updated_at::float8 AS "updatedAt"
       FROM folder WHERE user_id = $1 ORDER BY updated_at DESC, id`,
      [userId],
    );
  }

  findPlaces(userId: string): Promise<FolderPlace[]> {
    return this.database.query('SELECT id, parent_id AS "parentId", name FROM folder WHERE user_id = $1', [userId]);
  }

  findOwned(userId: string, id: string): Promise<Folder | null> {
    return this.rows.findOneBy({ id, userId });
  }

  /** Until the transaction ends, other changes of the folder wait. */
  lock(userId: string, id: string): Promise<Folder | null> {
    return this.rows.createQueryBuilder('folder').setLock('for_no_key_update').where({ id, userId }).getOne();
  }

  /** Until the transaction ends, nobody else moves or removes folders of this user. */
  async lockTree(userId: string): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [TREE_LOCK, userId]);
  }

  /** A folder that is there stays until the transaction ends. */
  async isOwned(userId: string, id: string): Promise<boolean> {
    const sql = 'SELECT id FROM folder WHERE id = $1 AND user_id = $2 FOR KEY SHARE';
    return (await this.database.query(sql, [id, userId])).length === 1;
  }

  /** Ids of the folder and of everything that lies in it, at any depth; none when it is not the user's. */
  async findSubtree(userId: string, id: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `WITH RECURSIVE subtree (id) AS (
         SELECT id FROM folder WHERE id = $1 AND user_id = $2
         UNION
         SELECT f.id FROM subtree JOIN folder f ON f.parent_id = subtree.id AND f.user_id = $2
       )
       SELECT id FROM subtree`,
      [id, userId],
    );
    return rows.map((row) => row.id);
  }

  async insert(folder: Folder): Promise<void> {
    await this.rows.insert(folder as Columns);
  }

  async update(id: string, change: Partial<Folder>): Promise<void> {
    await this.rows.update({ id }, change as Columns);
  }

  /** With everything that lies in it; chats stay. */
  async delete(id: string): Promise<void> {
    await this.rows.delete({ id });
  }

  private get rows() {
    return this.database.repository(Folder);
  }
}
