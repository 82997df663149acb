import type { UsageRecord } from './usage-record.entity';

export type NewUsageRecord = Omit<UsageRecord, 'id'>;

/** Dimensions to group calls by. */
export const USAGE_DIMENSIONS = ['day', 'user', 'api_key', 'model', 'base_model', 'provider', 'purpose'] as const;
export type UsageDimension = (typeof USAGE_DIMENSIONS)[number];

export interface UsageQuery {
  /** Days, both inclusive: `2026-11-23`. */
  from: string;
  to: string;
  by: readonly UsageDimension[];
  userId?: string;
  modelId?: string;
  limit: number;
  offset: number;
}

/** Sums of one group; dimensions that were not requested are absent. */
export interface UsageSum extends Partial<Record<UsageDimension, string | null>> {
  calls: number;
  failures: number;
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  /** Averages in milliseconds; null when no call has one. */
  firstTokenMs: number | null;
  durationMs: number | null;
}
