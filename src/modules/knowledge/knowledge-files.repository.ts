import { Injectable } from '@nestjs/common';
import { escapeLike, type PageWindow } from '../../common/paging/page';
import { Database } from '../../platform/database/database';
import { KnowledgeFile } from './knowledge-file.entity';
import type { FileCounts, FileOverview, LinkedContent } from './knowledge.types';

export interface FileFilter extends PageWindow {
  /** Part of the file's name. */
  text: string;
}

const OVERVIEW = `
  link.knowledge_id AS "knowledgeId", file.id, file.hash, file.filename, file.content_type AS "contentType",
  file.size::float8 AS size, file.meta, file.status, file.error, file.progress,
  file.created_at::float8 AS "createdAt", file.updated_at::float8 AS "updatedAt"`;

/** Links of files to bases. Names of files are compared by `ILIKE`; their text is never read. */
@Injectable()
export class KnowledgeFilesRepository {
  constructor(private readonly database: Database) {}

  /** The files of these bases, in the order in which they were added. */
  findOverviews(knowledgeIds: readonly string[]): Promise<FileOverview[]> {
    return this.database.query(
      `SELECT ${OVERVIEW} FROM knowledge_file link JOIN file ON file.id = link.file_id
       WHERE link.knowledge_id = ANY($1) ORDER BY link.seq`,
      [knowledgeIds],
    );
  }

  /** A window of the files of one base whose name has the text, and how many match on all pages. */
  async findPage(
    knowledgeId: string,
    { text, limit, offset }: FileFilter,
  ): Promise<{ files: FileOverview[]; counts: FileCounts }> {
    const matches = `FROM knowledge_file link JOIN file ON file.id = link.file_id
      WHERE link.knowledge_id = $1 AND file.filename ILIKE $2`;
    const pattern = `%${escapeLike(text)}%`;
    const [files, counts] = await Promise.all([
      this.database.query<FileOverview>(`SELECT ${OVERVIEW} ${matches} ORDER BY link.seq LIMIT $3 OFFSET $4`, [
        ...[knowledgeId, pattern, limit, offset],
      ]),
      this.database.query<FileCounts>(
        `SELECT count(*)::int AS total, (count(*) FILTER (WHERE file.status = 'pending'))::int AS pending,
                (count(*) FILTER (WHERE file.status = 'failed'))::int AS failed ${matches}`,
        [knowledgeId, pattern],
      ),
    ]);
    return { files, counts: counts[0] ?? { total: 0, pending: 0, failed: 0 } };
  }

  /** Ids of the files of each of these bases. */
  async findIds(knowledgeIds: readonly string[]): Promise<Map<string, string[]>> {
    const rows = await this.database.query<{ id: string; fileIds: string[] }>(
      `SELECT knowledge_id AS id, array_agg(file_id ORDER BY seq) AS "fileIds" FROM knowledge_file
       WHERE knowledge_id = ANY($1) GROUP BY knowledge_id`,
      [knowledgeIds],
    );
    return new Map(rows.map(({ id, fileIds }) => [id, fileIds]));
  }

  /** Of these texts, by hash, those that a file of the base has. */
  async findHashes(knowledgeId: string, hashes: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ hash: string }>(
      `SELECT DISTINCT file.hash FROM knowledge_file link JOIN file ON file.id = link.file_id
       WHERE link.knowledge_id = $1 AND file.hash = ANY($2)`,
      [knowledgeId, hashes],
    );
    return new Set(rows.map(({ hash }) => hash));
  }

  /** In the order in which they were added. */
  findContents(knowledgeId: string): Promise<LinkedContent[]> {
    return this.database.query(
      `SELECT file.id, file.filename, blob.hash AS "blobHash" FROM knowledge_file link
       JOIN file ON file.id = link.file_id
       LEFT JOIN blob_reference reference ON reference.kind = 'file' AND reference.id = file.id
       LEFT JOIN blob ON blob.id = reference.blob_id
       WHERE link.knowledge_id = $1 ORDER BY link.seq`,
      [knowledgeId],
    );
  }

  /** Which of these files are in the base. */
  async findLinked(knowledgeId: string, fileIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT file_id AS id FROM knowledge_file WHERE knowledge_id = $1 AND file_id = ANY($2)',
      [knowledgeId, fileIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** True for a file of the owner (null: of any) that is in no base. No base can add it until the transaction ends. */
  async lockUnlinked(fileId: string, ownerId: string | null): Promise<boolean> {
    const rows = await this.database.query(
      'SELECT 1 FROM file WHERE id = $1 AND ($2::text IS NULL OR user_id = $2) FOR UPDATE',
      [fileId, ownerId],
    );
    return rows.length > 0 && !(await this.links.existsBy({ fileId }));
  }

  /** The account's files that are in a base become the heir's. */
  async assignLinked(ownerId: string, heirId: string): Promise<void> {
    await this.database.query(
      `WITH files AS (
         UPDATE file SET user_id = $2
         WHERE user_id = $1 AND EXISTS (SELECT FROM knowledge_file link WHERE link.file_id = file.id)
         RETURNING id)
       UPDATE knowledge_file link SET user_id = $2 FROM files WHERE link.file_id = files.id AND link.user_id = $1`,
      [ownerId, heirId],
    );
  }

  /** In this order. Files that were deleted meanwhile are left out. @returns how many were added. */
  async insert(knowledgeId: string, userId: string, fileIds: readonly string[], now: number): Promise<number> {
    const rows = await this.database.query(
      `INSERT INTO knowledge_file (knowledge_id, file_id, user_id, created_at)
       SELECT $1, file.id, $2, $4 FROM unnest($3::text[]) WITH ORDINALITY AS wanted (id, position)
       JOIN file ON file.id = wanted.id ORDER BY position FOR KEY SHARE OF file
       ON CONFLICT DO NOTHING RETURNING file_id`,
      [knowledgeId, userId, fileIds, now],
    );
    return rows.length;
  }

  /** False when the file is not in the base. */
  async delete(knowledgeId: string, fileId: string): Promise<boolean> {
    const { affected } = await this.links.delete({ knowledgeId, fileId });
    return affected === 1;
  }

  async deleteAll(knowledgeId: string): Promise<void> {
    await this.links.delete({ knowledgeId });
  }

  private get links() {
    return this.database.repository(KnowledgeFile);
  }
}
