import { IsOptional, IsString, MaxLength, Min, ValidateBy } from 'class-validator';
import { IsCalendarDate, IsLaxInt } from '../../common/validation/fields';
import { MAX_NAME } from '../../common/validation/lengths';
import { USAGE_DIMENSIONS, type UsageDimension, type UsageSum } from './usage.types';

const NAMES = USAGE_DIMENSIONS.join(', ');

const isDimension = (name: string): name is UsageDimension => USAGE_DIMENSIONS.some((known) => known === name);

/** The dimensions in a comma separated text, each once, in order. */
export const dimensionsIn = (text: string): UsageDimension[] => [
  ...new Set(
    text
      .split(',')
      .map((name) => name.trim())
      .filter(isDimension),
  ),
];

const IsDimensions = (): PropertyDecorator =>
  ValidateBy({
    name: 'isDimensions',
    validator: {
      validate: (value) => typeof value === 'string' && value.split(',').every((name) => isDimension(name.trim())),
      defaultMessage: () => `$property must name ${NAMES}, separated by commas`,
    },
  });

export class UsageReportQuery {
  /** First day in UTC, `2026-11-01`; 29 days before `to` unless given. */
  @IsOptional()
  @IsCalendarDate()
  from?: string;

  /** Last day in UTC, included; today unless given. */
  @IsOptional()
  @IsCalendarDate()
  to?: string;

  /** What calls are summed up by, comma separated: `day`, `user`, `api_key`, `model`, `base_model`, `provider`, `purpose`. */
  @IsOptional()
  @IsDimensions()
  group_by?: string = 'day,model';

  /** Calls of one user alone. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME)
  user_id?: string;

  /** Calls of one model alone, by the id that was asked for. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME)
  model_id?: string;

  /** From 1, 500 groups each. */
  @IsOptional()
  @IsLaxInt()
  @Min(1)
  page?: number = 1;
}

/** Sums over the calls of one group. Keys of `group_by` that were not asked for are absent. */
export class UsageSumResponse {
  /** Day in UTC: `2026-11-23`. */
  day?: string;
  /** Null for calls that the server made of itself. */
  user_id?: string | null;
  /** Null when the account is gone. */
  user_name?: string | null;
  /** Null for calls without an API key. */
  api_key_id?: string | null;
  /** As it was asked for: a preset, or a provider's model. */
  model_id?: string;
  /** The provider's model that answered. */
  base_model_id?: string;
  /** `openai`, `ollama` or `browser`. */
  provider?: string;
  /** `completion`, `embedding` or `task`. */
  purpose?: string;
  calls: number;
  /** Calls with a status from 400, those that were given up (499) included. */
  failures: number;
  /** As far as providers counted them, as the other tokens. */
  input_tokens: number;
  output_tokens: number;
  /** Those of the input that providers had read before. */
  cached_tokens: number;
  /** Milliseconds to the first part of streamed answers, on average; null when there is none. */
  first_token_ms: number | null;
  /** Milliseconds, on average. */
  duration_ms: number | null;
}

export class UsageReportResponse {
  /** First day. */
  from: string;
  /** Last day, included. */
  to: string;
  /** Days newest first. */
  items: UsageSumResponse[];
  /** Groups on all pages. */
  total: number;
}

/** The keys of the dimensions on the wire. */
const KEYS = {
  day: 'day',
  user: 'user_id',
  api_key: 'api_key_id',
  model: 'model_id',
  base_model: 'base_model_id',
  provider: 'provider',
  purpose: 'purpose',
} as const satisfies Record<UsageDimension, keyof UsageSumResponse>;

/** `names`: those of the accounts that there still are, by id. */
export function toUsageSumResponse(
  sum: UsageSum,
  by: readonly UsageDimension[],
  names: ReadonlyMap<string, string>,
): UsageSumResponse {
  return {
    ...Object.fromEntries(by.map((dimension) => [KEYS[dimension], sum[dimension]])),
    ...(by.includes('user') && { user_name: names.get(sum.user ?? '') ?? null }),
    calls: sum.calls,
    failures: sum.failures,
    input_tokens: sum.inputTokens,
    output_tokens: sum.outputTokens,
    cached_tokens: sum.cachedTokens,
    first_token_ms: sum.firstTokenMs,
    duration_ms: sum.durationMs,
  };
}
