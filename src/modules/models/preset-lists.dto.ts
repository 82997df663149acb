import { IsArray, IsBoolean, IsInt, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsLaxInt, IsSmall, Nested } from '../../common/validation/fields';
import { MAX_NAME } from '../../common/validation/lengths';
import { UserSummaryResponse } from '../users/users.dto';
import type { UserSummary } from '../users/users.types';
import { SharedWith, type AccessControl } from '../access/access-control.dto';
import type { Model } from './model.entity';
import type { PresetFilter } from './models.types';
import { IsOpenObject, ModelResponse, toModelResponse } from './workspace-models.dto';

const PAGE_SIZE = 30;

/** Empty values count as absent. */
export class PresetListQuery {
  /** Part of the name or of the base's id. */
  @IsOptional()
  @IsString()
  query?: string;

  /** `created`: the caller's own; `shared`: those of others. */
  @IsOptional()
  @IsString()
  view_option?: string;

  /** Name of a tag, in any case. */
  @IsOptional()
  @IsString()
  tag?: string;

  /** `name`, `created_at` or `updated_at`; the last by default. */
  @IsOptional()
  @IsString()
  order_by?: string;

  /** `asc`; else descending. */
  @IsOptional()
  @IsString()
  direction?: string;

  /** Counts from 1. */
  @IsOptional()
  @IsLaxInt()
  page?: number;
}

export class PresetResponse extends ModelResponse {
  /** The owner; null when that account is gone. */
  user: UserSummaryResponse | null;
}

export class PresetPageResponse {
  items: PresetResponse[];
  /** Of all pages. */
  total: number;
}

export class ImportModelsRequest {
  /** Rows as they are exported; keys that are missing are taken from the row of the same id. */
  @IsArray()
  @IsObject({ each: true })
  models: Record<string, unknown>[];
}

/** A row as it is exported. */
export class SyncedModel {
  /** Of a provider's model: the row is laid over it. */
  @IsString()
  id: string;

  /** Counts for nothing: the rows become the caller's. */
  @IsString()
  user_id: string;

  /** The provider's model that runs the preset; null lays the row over the provider's model of the same id. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME)
  base_model_id?: string | null;

  @IsString()
  @MaxLength(MAX_NAME)
  name: string;

  /** Parameters of completions. */
  @IsOpenObject()
  @IsSmall()
  params: Record<string, unknown>;

  /** Any keys. */
  @IsOpenObject()
  @IsSmall()
  meta: Record<string, unknown>;

  /** `null` = everybody may use it, `{}` = private. */
  @IsOptional()
  @IsObject()
  @Nested(() => SharedWith)
  access_control?: SharedWith | null;

  @IsBoolean()
  is_active: boolean;

  @IsInt()
  updated_at: number;

  @IsInt()
  created_at: number;
}

export class SyncModelsRequest {
  @IsOptional()
  @Nested(() => SyncedModel, { each: true })
  models?: SyncedModel[];
}

export const toPresetResponse = (
  model: Model,
  accessControl: AccessControl | undefined,
  isEditable: boolean,
  owner: UserSummary | undefined,
): PresetResponse => ({ ...toModelResponse(model, accessControl, isEditable), user: owner ?? null });

const ORDERS: Record<string, PresetFilter['orderBy']> = {
  name: 'name',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
};

export function toPresetFilter(query: PresetListQuery): PresetFilter {
  const { view_option: view, page = 1 } = query;
  return {
    ...(query.query && { text: query.query }),
    ...(query.tag && { tag: query.tag }),
    ...((view === 'created' || view === 'shared') && { owned: view === 'created' }),
    orderBy: ORDERS[query.order_by ?? ''] ?? 'updatedAt',
    direction: query.direction === 'asc' ? 'ASC' : 'DESC',
    limit: PAGE_SIZE,
    offset: (Math.max(1, page) - 1) * PAGE_SIZE,
  };
}
