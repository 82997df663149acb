import { IsOptional, IsString, MaxLength, Min, ValidateBy } from 'class-validator';
import { IsCalendarDate, IsLaxInt } from '../../../common/validation/fields';
import { MAX_NAME } from '../../../common/validation/lengths';
import { USAGE_DIMENSIONS, type UsageDimension, type UsageSum } from './usage.types';

const NAMES = USAGE_DIMENSIONS.join(', ');

const isDimension = (name: string): name is UsageDimension => USAGE_DIMENSIONS.some((known) => known === name);

/** Parses a comma-separated list of dimensions; duplicates are dropped. */
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
  /** First day in UTC, `2026-11-01`; default: 29 days before `to`. */
  @IsOptional()
  @IsCalendarDate()
  from?: string;

  /** Last day in UTC, inclusive; default: today. */
  @IsOptional()
  @IsCalendarDate()
  to?: string;

  /** Grouping, comma-separated: `day`, `user`, `api_key`, `model`, `base_model`, `provider`, `purpose`. */
  @IsOptional()
  @IsDimensions()
  group_by?: string = 'day,model';

  /** Only calls of this user. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME)
  user_id?: string;

  /** Only calls of this model, by the requested id. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME)
  model_id?: string;

  /** Starts at 1; 500 groups per page. */
  @IsOptional()
  @IsLaxInt()
  @Min(1)
  page?: number = 1;
}

/** Sums of one group. Keys of dimensions that were not requested are absent. */
export class UsageSumResponse {
  /** Day in UTC: `2026-11-23`. */
  day?: string;
  /** Null for calls of the server itself. */
  user_id?: string | null;
  /** Null when the account was deleted. */
  user_name?: string | null;
  /** Null for calls without an API key. */
  api_key_id?: string | null;
  /** As requested: a preset, or a provider's model. */
  model_id?: string;
  /** The provider's model that was called. */
  base_model_id?: string;
  /** `openai`, `ollama` or `browser`. */
  provider?: string;
  /** `completion`, `embedding` or `task`. */
  purpose?: string;
  calls: number;
  /** Calls with a status from 400, including aborted ones (499). */
  failures: number;
  /** As reported by providers, like the other counts. */
  input_tokens: number;
  output_tokens: number;
  /** Input tokens that providers read from their caches. */
  cached_tokens: number;
  /** Average milliseconds to the first part of streamed responses; null without such calls. */
  first_token_ms: number | null;
  /** Average milliseconds. */
  duration_ms: number | null;
}

export class UsageReportResponse {
  /** First day. */
  from: string;
  /** Last day, inclusive. */
  to: string;
  /** Newest days first. */
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

/** `names`: names of the existing accounts, by id. */
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
