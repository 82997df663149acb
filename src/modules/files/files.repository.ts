import { Injectable } from '@nestjs/common';
import { In, type QueryDeepPartialEntity } from 'typeorm';
import { utf8Slices } from '../../common/util/text-slices';
import { Database } from '../../platform/database/database';
import { FileContent } from './file-content.entity';
import { File } from './file.entity';
import type { StoredFile } from './files.types';

/** Maximum bytes of text per statement. */
const SLICE = 8 * 1024 * 1024;

/** The kind of a file's reference to its blob; the trigger of the table knows it, too. */
export const FILE_BLOBS = 'file';

export interface FileWindow {
  skip?: number;
  limit?: number;
  like?: string;
}

/** TypeORM's own type does not match free-form JSON columns. */
type Columns = QueryDeepPartialEntity<File>;

@Injectable()
export class FilesRepository {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<StoredFile | null> {
    return this.files.findOneBy({ id });
  }

  /** In no order; unknown ids are missing. */
  findAll(ids: readonly string[]): Promise<StoredFile[]> {
    return ids.length === 0 ? Promise.resolve([]) : this.files.findBy({ id: In([...ids]) });
  }

  /** Newest first; of all users for null. `like` is a pattern of `ILIKE` for names. */
  list(userId: string | null, { skip, limit, like }: FileWindow = {}): Promise<StoredFile[]> {
    const query = this.files.createQueryBuilder('file').orderBy('file.createdAt', 'DESC').addOrderBy('file.id', 'DESC');
    if (userId !== null) query.andWhere('file.userId = :userId', { userId });
    if (like !== undefined) query.andWhere('file.filename ILIKE :like', { like });
    return query.offset(skip).limit(limit).getMany();
  }

  async insert(file: StoredFile): Promise<void> {
    await this.files.insert(file as Columns);
  }

  /** Other changes of the file wait until the transaction ends. */
  lock(id: string): Promise<StoredFile | null> {
    return this.files.createQueryBuilder('file').setLock('for_no_key_update').where({ id }).getOne();
  }

  /** False when there is no such row, or it has another revision. */
  async update(id: string, change: Partial<StoredFile>, revision?: number): Promise<boolean> {
    const where = { id, ...(revision !== undefined && { revision }) };
    return ((await this.files.update(where, change as Columns)).affected ?? 0) > 0;
  }

  /** False when there is no such row. Whatever refers to it is deleted by foreign keys, its blob by a trigger. */
  async delete(id: string): Promise<boolean> {
    return ((await this.files.delete({ id })).affected ?? 0) > 0;
  }

  /** Serializes what changes the space that the user takes, until the transaction ends. */
  async lockSpace(userId: string): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`file space ${userId}`]);
  }

  async deleteAll(): Promise<void> {
    await this.files.createQueryBuilder().delete().execute();
  }

  /** Marks all files as having no bytes. @returns the ids of those that had some. */
  async dropBlobs(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `WITH dropped AS (UPDATE file SET has_blob = false WHERE has_blob RETURNING id) SELECT id FROM dropped`,
    );
    return rows.map(({ id }) => id);
  }

  /** By the id of the file; files without a text are missing. */
  async findTexts(ids: readonly string[]): Promise<Map<string, string>> {
    const rows = ids.length === 0 ? [] : await this.contents.findBy({ fileId: In([...ids]) });
    return new Map(rows.map(({ fileId, content }) => [fileId, content]));
  }

  /** As `findTexts`, of each text the first characters. */
  async findTextStarts(ids: readonly string[], characters: number): Promise<Map<string, string>> {
    const rows = await this.database.query<{ id: string; start: string }>(
      'SELECT file_id AS id, left(content, $2) AS start FROM file_content WHERE file_id = ANY($1)',
      [ids, characters],
    );
    return new Map(rows.map(({ id, start }) => [id, start]));
  }

  /** True when the text can be extracted from the bytes: there are some, and no client has edited it. */
  async isExtractable(id: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 FROM file LEFT JOIN file_content text ON text.file_id = file.id
       WHERE file.id = $1 AND file.has_blob AND text.is_edited IS NOT TRUE`,
      [id],
    );
    return rows.length > 0;
  }

  /**
   * In the transaction of the change that it belongs to: a long text takes several statements. `isEdited` does not change
   * when it is undefined.
   */
  async saveText(fileId: string, text: string | readonly string[], isEdited?: boolean): Promise<void> {
    const row = { fileId, ...(isEdited !== undefined && { isEdited }) };
    if (typeof text === 'string') return void (await this.contents.upsert({ ...row, content: text }, ['fileId']));
    await this.contents.upsert({ ...row, content: '' }, ['fileId']);
    for (const bytes of utf8Slices(text, SLICE))
      await this.database.query(
        `WITH appended AS (UPDATE file_content SET content = content || convert_from($2, 'UTF8') WHERE file_id = $1)
         SELECT 1`,
        [fileId, bytes],
      );
  }

  private get files() {
    return this.database.repository(File);
  }

  private get contents() {
    return this.database.repository(FileContent);
  }
}
