import { IsArray, IsBoolean, IsInt, IsObject, IsOptional, IsString } from 'class-validator';
import { IsLaxInt, Nested } from '../../common/validation/fields';
import { UserSummaryResponse } from '../users/users.dto';
import type { UserSummary } from '../users/users.types';
import type { AccessControl } from '../access/access-control.dto';
import type { Model } from './model.entity';
import type { PresetFilter } from './models.types';
import { ModelRequest, ModelResponse, toModelResponse } from './workspace-models.dto';

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
export class SyncedModel extends ModelRequest {
  @IsString()
  user_id: string;

  @IsBoolean()
  declare is_active: boolean;

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
