import { Injectable } from '@nestjs/common';
import type { QueryDeepPartialEntity } from 'typeorm';
import { Database } from '../../platform/database/database';
import type { FolderPlace } from './folder-names';
import { Folder, type FolderSummary } from './folder.entity';

/** First key of the advisory locks of folder trees: the bytes of "fold". */
const TREE_LOCK = 0x666f6c64;

/** TypeORM's own type does not match free-form JSON columns. */
type Columns = QueryDeepPartialEntity<Folder>;

@Injectable()
export class FoldersRepository {
  constructor(private readonly database: Database) {}

  /** Most recently changed first; `meta` is not loaded, since it may contain a picture. */
  findSummaries(userId: string): Promise<FolderSummary[]> {
    return this.database.query(
      `SELECT id, name, parent_id AS "parentId", is_expanded AS "isExpanded", meta IS NOT NULL AS "hasMeta", icon,
              created_at::float8 AS "createdAt", updated_at::float8 AS "updatedAt"
       FROM folder WHERE user_id = $1 ORDER BY updated_at DESC, id DESC`,
      [userId],
    );
  }

  findPlaces(userId: string): Promise<FolderPlace[]> {
    return this.database.query('SELECT id, parent_id AS "parentId", name FROM folder WHERE user_id = $1', [userId]);
  }

  find(id: string): Promise<Folder | null> {
    return this.rows.findOneBy({ id });
  }

  /** Blocks other changes of the folder until the transaction ends. */
  lock(id: string): Promise<Folder | null> {
    return this.rows.createQueryBuilder('folder').setLock('for_no_key_update').where({ id }).getOne();
  }

  /** Blocks other moves and removals of this user's folders until the transaction ends. */
  async lockTree(userId: string): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [TREE_LOCK, userId]);
  }

  /** Locks the folder against removal until the transaction ends. */
  async isOwned(userId: string, id: string): Promise<boolean> {
    const sql = 'SELECT id FROM folder WHERE id = $1 AND user_id = $2 FOR KEY SHARE';
    return (await this.database.query(sql, [id, userId])).length === 1;
  }

  /** Ids of the folder and all folders below it; empty for another user's folder. */
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

  /** Inserts the folder unless a sibling has its name; returns the id of the sibling or of the new folder. */
  async ensure(folder: Folder): Promise<string> {
    await this.rows
      .createQueryBuilder()
      .insert()
      .values(folder as Columns)
      .orIgnore()
      .execute();
    const [row] = await this.database.query<{ id: string }>(
      `SELECT id FROM folder WHERE user_id = $1 AND coalesce(parent_id, '') = $2 AND lower(name) = lower($3)
       FOR KEY SHARE`,
      [folder.userId, folder.parentId ?? '', folder.name],
    );
    return row?.id ?? folder.id;
  }

  async update(id: string, change: Partial<Folder>): Promise<void> {
    await this.rows.update({ id }, change as Columns);
  }

  /** Deletes the folder and all folders below it; their chats move to the top. */
  async delete(id: string): Promise<void> {
    await this.rows.delete({ id });
  }

  private get rows() {
    return this.database.repository(Folder);
  }
}
