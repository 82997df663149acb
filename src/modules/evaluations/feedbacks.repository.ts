import { Injectable } from '@nestjs/common';
import type { QueryDeepPartialEntity } from 'typeorm';
import type { PageWindow } from '../../common/paging/page';
import { Database } from '../../platform/database/database';
import { Feedback, type FeedbackBrief } from './feedback.entity';
import type { FeedbackAuthor } from './feedbacks.dto';

/** TypeORM's own type does not accept free-form JSON columns. */
type Columns = QueryDeepPartialEntity<Feedback>;

/** Order and page of the list for administrators. */
export interface FeedbackSearch {
  /** A name of `SORT_COLUMNS`. */
  orderBy?: string;
  isAscending: boolean;
  window: PageWindow;
}

/** A rating with its account. */
export interface AuthoredFeedback extends FeedbackBrief {
  author: FeedbackAuthor;
}

/** A rating with its snapshot as JSON text, which exports need not parse. */
export interface ExportedFeedback extends FeedbackBrief {
  snapshotText: string | null;
}

const SORT_COLUMNS = new Map([
  ['username', 'account.name'],
  ['model_id', 'f.model_id'],
  ['rating', 'f.rating'],
  ['updated_at', 'f.updated_at'],
]);

const BRIEF = `f.id, f.user_id AS "userId", f.version, f.type, f.model_id AS "modelId", f.rating::float8 AS rating, f.data,
  f.meta, f.created_at::float8 AS "createdAt", f.updated_at::float8 AS "updatedAt"`;

const AUTHOR = `json_build_object('id', account.id, 'name', account.name, 'email', account.email, 'role', account.role,
  'lastActiveAt', account.last_active_at, 'updatedAt', account.updated_at, 'createdAt', account.created_at) AS author`;

const NEWEST = 'ORDER BY f.updated_at DESC, f.id DESC';

@Injectable()
export class FeedbacksRepository {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<Feedback | null> {
    return this.rows.findOneBy({ id });
  }

  /** Without the snapshot. Blocks other changes until the transaction ends. */
  async lock(id: string): Promise<FeedbackBrief | null> {
    const sql = `SELECT ${BRIEF} FROM feedback f WHERE f.id = $1 FOR NO KEY UPDATE`;
    return (await this.database.query<FeedbackBrief>(sql, [id]))[0] ?? null;
  }

  /** One page, and the number of ratings on all pages. */
  async search({ orderBy, isAscending, window }: FeedbackSearch): Promise<[AuthoredFeedback[], number]> {
    const direction = isAscending ? 'ASC' : 'DESC';
    const column = SORT_COLUMNS.get(orderBy ?? '') ?? 'f.created_at';
    const [items, [counted]] = await Promise.all([
      this.database.query<AuthoredFeedback>(
        `SELECT ${BRIEF}, ${AUTHOR} FROM feedback f JOIN "user" account ON account.id = f.user_id
         ORDER BY ${column} ${direction} NULLS LAST, f.id ${direction} LIMIT $1 OFFSET $2`,
        [window.limit, window.offset],
      ),
      this.database.query<{ total: number }>('SELECT count(*)::float8 AS total FROM feedback'),
    ]);
    return [items, counted?.total ?? 0];
  }

  /** Last changed first. */
  findOf(userId: string): Promise<FeedbackBrief[]> {
    return this.database.query(`SELECT ${BRIEF} FROM feedback f WHERE f.user_id = $1 ${NEWEST}`, [userId]);
  }

  /** Last changed first. */
  async findAllIds(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(`SELECT f.id FROM feedback f ${NEWEST}`);
    return rows.map(({ id }) => id);
  }

  /** In the order of `findAllIds`; deleted ones are missing. */
  findBriefs(ids: readonly string[]): Promise<FeedbackBrief[]> {
    return this.database.query(`SELECT ${BRIEF} FROM feedback f WHERE f.id = ANY($1) ${NEWEST}`, [ids]);
  }

  /** As `findBriefs`, with snapshots. */
  findExported(ids: readonly string[]): Promise<ExportedFeedback[]> {
    return this.database.query(
      `SELECT ${BRIEF}, f.snapshot::text AS "snapshotText" FROM feedback f WHERE f.id = ANY($1) ${NEWEST}`,
      [ids],
    );
  }

  /** Approximate bytes of each rating in the database, without reading it. */
  async findSizes(ids: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.database.query<{ id: string; size: number }>(
      `SELECT id, (coalesce(pg_column_size(data), 0) + coalesce(pg_column_size(snapshot), 0))::float8 AS size
       FROM feedback WHERE id = ANY($1)`,
      [ids],
    );
    return new Map(rows.map(({ id, size }) => [id, size]));
  }

  async insert(feedback: Feedback): Promise<void> {
    await this.rows.insert(feedback as Columns);
  }

  async update(id: string, change: Partial<Feedback>): Promise<void> {
    await this.rows.update({ id }, change as Columns);
  }

  async delete(id: string): Promise<void> {
    await this.rows.delete({ id });
  }

  /** Deletes the ratings of the user, or all without one; returns how many there were. */
  async deleteAll(userId?: string): Promise<number> {
    const query = this.rows.createQueryBuilder().delete();
    if (userId !== undefined) query.where({ userId });
    return (await query.execute()).affected ?? 0;
  }

  private get rows() {
    return this.database.repository(Feedback);
  }
}
