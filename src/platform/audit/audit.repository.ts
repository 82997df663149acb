import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { escapeLike } from '../../common/paging/page';
import { Database } from '../database/database';
import { AuditEntry } from './audit-entry.entity';

/** Filter for entries; absent fields do not restrict. */
export interface AuditFilter {
  actorId?: string;
  /** Part of method and path. */
  action?: string;
  target?: string;
  outcome?: string;
  /** Unix seconds, inclusive. */
  from?: number;
  /** Unix seconds, exclusive. */
  to?: number;
}

export type NewAuditEntry = Omit<AuditEntry, 'id'>;

@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  async insert(entries: readonly NewAuditEntry[]): Promise<void> {
    const insert = this.entries.createQueryBuilder().insert();
    await insert
      .values([...entries] as object[])
      .updateEntity(false)
      .execute();
  }

  /** Newest first, at most `limit`, older than the entry `before`. */
  findBefore(filter: AuditFilter, before: string | null, limit: number): Promise<AuditEntry[]> {
    const query = this.matching(filter).orderBy('entry.id', 'DESC').limit(limit);
    if (before !== null) query.andWhere('entry.id < :before', { before });
    return query.getMany();
  }

  /** Oldest first, at most `limit`, newer than the entry `after`. */
  findAfter(filter: AuditFilter, after: string, limit: number): Promise<AuditEntry[]> {
    return this.matching(filter).andWhere('entry.id > :after', { after }).orderBy('entry.id').limit(limit).getMany();
  }

  /**
   * Deletes the oldest entries before that time (Unix milliseconds), at most `limit`. @returns the number of deleted
   * rows.
   */
  async deleteBefore(time: number, limit: number): Promise<number> {
    return this.database.transaction(async () => {
      // The table's trigger allows deletion only in a transaction with this setting.
      await this.database.query(`SELECT set_config('confab.audit_forget_before', $1::text, true)`, [time]);
      const oldest = 'SELECT id FROM audit_entry WHERE at < $1 ORDER BY at LIMIT $2';
      const deletion = `DELETE FROM audit_entry WHERE id IN (${oldest}) RETURNING 1`;
      const sql = `WITH deleted AS (${deletion}) SELECT count(*)::int AS count FROM deleted`;
      const [row] = await this.database.query<{ count: number }>(sql, [time, limit]);
      return row?.count ?? 0;
    });
  }

  private matching({ actorId, action, target, outcome, from, to }: AuditFilter): SelectQueryBuilder<AuditEntry> {
    const query = this.entries.createQueryBuilder('entry');
    const conditions: [unknown, string, object][] = [
      [actorId, 'entry.actorId = :actorId', { actorId }],
      [action, 'entry.action ILIKE :action', { action: `%${escapeLike(action ?? '')}%` }],
      [target, 'entry.target = :target', { target }],
      [outcome, 'entry.outcome = :outcome', { outcome }],
      [from, 'entry.at >= :from', { from: (from ?? 0) * 1000 }],
      [to, 'entry.at < :to', { to: (to ?? 0) * 1000 }],
    ];
    for (const [value, condition, parameters] of conditions)
      if (value !== undefined) query.andWhere(condition, parameters);
    return query;
  }

  private get entries() {
    return this.database.repository(AuditEntry);
  }
}
