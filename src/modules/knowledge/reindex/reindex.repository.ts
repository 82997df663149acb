import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';

export interface ReindexCounts {
  total: number;
  done: number;
  failed: number;
}

/** A file is done once the processing that was requested, or a later one, has ended. */
const IS_DONE = `entry.revision IS NOT NULL AND (file.revision > entry.revision OR file.status <> 'pending')`;

@Injectable()
export class ReindexRepository {
  constructor(private readonly database: Database) {}

  /** All files of all bases, none of them requested yet, in place of an earlier list. */
  async begin(): Promise<void> {
    await this.database.query('LOCK TABLE knowledge_reindex IN SHARE ROW EXCLUSIVE MODE');
    await this.database.query('DELETE FROM knowledge_reindex');
    await this.database.query('INSERT INTO knowledge_reindex (file_id) SELECT DISTINCT file_id FROM knowledge_file');
  }

  /** Some files that are not requested yet; locked until the transaction ends. */
  async takeWaiting(limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT file_id AS id FROM knowledge_reindex WHERE revision IS NULL ORDER BY file_id LIMIT $1
       FOR UPDATE SKIP LOCKED`,
      [limit],
    );
    return rows.map(({ id }) => id);
  }

  async setRevision(fileId: string, revision: number): Promise<void> {
    await this.database.query('UPDATE knowledge_reindex SET revision = $2 WHERE file_id = $1', [fileId, revision]);
  }

  async count(): Promise<ReindexCounts> {
    const [counts] = await this.database.query<ReindexCounts>(
      `SELECT count(*)::int AS total, (count(*) FILTER (WHERE ${IS_DONE}))::int AS done,
              (count(*) FILTER (WHERE ${IS_DONE} AND file.status = 'failed'))::int AS failed
       FROM knowledge_reindex entry JOIN file ON file.id = entry.file_id`,
    );
    return counts ?? { total: 0, done: 0, failed: 0 };
  }
}
