import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { Database } from '../../../platform/database/database';
import { UsageRecord } from './usage-record.entity';
import type { NewUsageRecord, UsageDimension, UsageQuery, UsageSum } from './usage.types';

const COLUMNS: Record<UsageDimension, string> = {
  day: 'day',
  user: 'user_id',
  api_key: 'api_key_id',
  model: 'model_id',
  base_model: 'base_model_id',
  provider: 'provider',
  purpose: 'purpose',
};

/** Days are selected as strings: the driver would convert dates to its own time zone. */
const selected = (dimension: UsageDimension): string =>
  dimension === 'day' ? `to_char(record.day, 'YYYY-MM-DD')` : `record.${COLUMNS[dimension]}`;

@Injectable()
export class UsageRecordsRepository {
  constructor(private readonly database: Database) {}

  async insert(records: readonly NewUsageRecord[]): Promise<void> {
    await this.database.repository(UsageRecord).insert([...records]);
  }

  /** One row per group, newest days first. */
  findSums(query: UsageQuery): Promise<UsageSum[]> {
    const sums = this.grouped(query)
      .select('count(*)::int', 'calls')
      .addSelect('(count(*) FILTER (WHERE record.status >= 400))::int', 'failures')
      .addSelect('coalesce(sum(record.input_tokens), 0)::float8', 'inputTokens')
      .addSelect('coalesce(sum(record.output_tokens), 0)::float8', 'outputTokens')
      .addSelect('coalesce(sum(record.cached_tokens), 0)::float8', 'cachedTokens')
      .addSelect('round(avg(record.first_token_ms))::float8', 'firstTokenMs')
      .addSelect('round(avg(record.duration_ms))::float8', 'durationMs');
    for (const dimension of query.by) {
      sums.addSelect(selected(dimension), dimension);
      sums.addOrderBy(`record.${COLUMNS[dimension]}`, dimension === 'day' ? 'DESC' : 'ASC');
    }
    return sums.limit(query.limit).offset(query.offset).getRawMany<UsageSum>();
  }

  /** The number of groups. */
  async countGroups(query: UsageQuery): Promise<number> {
    const [groups, parameters] = this.grouped(query).select('1').getQueryAndParameters();
    const [row] = await this.database.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM (${groups}) AS groups`,
      parameters,
    );
    return row?.total ?? 0;
  }

  /** Deletes at most `limit` records of days before `day`. @returns the number of deleted rows. */
  async deleteBefore(day: string, limit: number): Promise<number> {
    const rows = await this.database.query<{ count: number }>(
      `WITH gone AS (
         DELETE FROM usage_record WHERE id IN (SELECT id FROM usage_record WHERE day < $1 LIMIT $2) RETURNING 1)
       SELECT count(*)::int AS count FROM gone`,
      [day, limit],
    );
    return rows[0]?.count ?? 0;
  }

  private grouped({ from, to, by, userId, modelId }: UsageQuery): SelectQueryBuilder<UsageRecord> {
    const records = this.database.repository(UsageRecord).createQueryBuilder('record');
    records.where('record.day BETWEEN :from AND :to', { from, to });
    if (userId !== undefined) records.andWhere('record.user_id = :userId', { userId });
    if (modelId !== undefined) records.andWhere('record.model_id = :modelId', { modelId });
    for (const dimension of by) records.addGroupBy(`record.${COLUMNS[dimension]}`);
    return records;
  }
}
