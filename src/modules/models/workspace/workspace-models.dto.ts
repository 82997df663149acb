import { IsArray, IsBoolean, IsInt, IsObject, IsOptional, IsString, MaxLength, ValidateBy } from 'class-validator';
import { isJsonObject } from '../../../common/util/json';
import { IsLaxBoolean, IsLaxInt, IsSmall, Nested } from '../../../common/validation/fields';
import { MAX_NAME } from '../../../common/validation/lengths';
import { SharedWith, type AccessControl } from '../../access/access-control.dto';
import { UserSummaryResponse } from '../../users/users.dto';
import type { Model } from '../model.entity';
import type { PresetFilter } from '../models.types';

const DEFAULT_IMAGE = '/static/favicon.png';
const PAGE_SIZE = 30;

/** An object with any keys; errors are reported as for a declared object (contract). */
export const IsOpenObject = (): PropertyDecorator =>
  ValidateBy({ name: 'isNestedObject', validator: { validate: isJsonObject } });

export class ModelRequest {
  /** At most 256 characters. The id of a provider's model makes the row an override. */
  @IsString()
  id: string;

  /** The provider's model that runs the preset; null overrides the provider's model of the same id. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME)
  base_model_id?: string | null;

  @IsString()
  @MaxLength(MAX_NAME)
  name: string;

  /** Any keys, such as `profile_image_url`, `description`, `capabilities`, `tags`. */
  @IsOpenObject()
  @IsSmall()
  meta: Record<string, unknown>;

  /** Parameters of completions; `system` is the system prompt. */
  @IsOpenObject()
  @IsSmall()
  params: Record<string, unknown>;

  /**
   * `null` = public, which needs `sharing.public_models`; `{}` = private. Absent: null for new rows, otherwise
   * unchanged.
   */
  @IsOptional()
  @IsObject()
  @Nested(() => SharedWith)
  access_control?: SharedWith | null;

  /** False removes the model from the list. */
  @IsOptional()
  @IsLaxBoolean()
  is_active?: boolean | null;
}

export class ModelIdRequest {
  @IsString()
  id: string;
}

export class ModelResponse {
  id: string;
  /** The owner. */
  user_id: string;
  base_model_id: string | null;
  name: string;
  /** Empty without write access. */
  params: Record<string, unknown>;
  meta: Record<string, unknown>;
  /** `null` = public, `{}` = private. */
  access_control: SharedWith | null;
  is_active: boolean;
  /** Unix seconds. */
  updated_at: number;
  /** Unix seconds. */
  created_at: number;
}

/** Empty values count as absent. */
export class PresetListQuery {
  /** Part of the name or of the base's id. */
  @IsOptional()
  @IsString()
  query?: string;

  /** `created`: own presets; `shared`: those of others. */
  @IsOptional()
  @IsString()
  view_option?: string;

  /** Name of a tag, case-insensitive. */
  @IsOptional()
  @IsString()
  tag?: string;

  /** `name`, `created_at` or `updated_at` (default). */
  @IsOptional()
  @IsString()
  order_by?: string;

  /** `asc`; anything else is descending. */
  @IsOptional()
  @IsString()
  direction?: string;

  /** Starts at 1. */
  @IsOptional()
  @IsLaxInt()
  page?: number;
}

export class PresetResponse extends ModelResponse {
  /** The owner; null when that account was deleted. */
  user: UserSummaryResponse | null;
}

export class PresetPageResponse {
  items: PresetResponse[];
  /** Number of matches on all pages. */
  total: number;
}

export class ImportModelsRequest {
  /** Exported rows; missing keys are taken from the row of the same id. */
  @IsArray()
  @IsObject({ each: true })
  models: Record<string, unknown>[];
}

/** An exported row. */
export class SyncedModel {
  /** The id of a provider's model makes the row an override. */
  @IsString()
  id: string;

  /** Ignored: the rows belong to the user. */
  @IsString()
  user_id: string;

  /** The provider's model that runs the preset; null overrides the provider's model of the same id. */
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

  /** `null` = public, `{}` = private. */
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

/** Unknown sharing counts as private. */
export const toModelResponse = (model: Model, accessControl: AccessControl = {}): ModelResponse => ({
  id: model.id,
  user_id: model.userId,
  base_model_id: model.baseModelId,
  name: model.name,
  params: model.params,
  meta: {
    profile_image_url: model.profileImageUrl ?? DEFAULT_IMAGE,
    description: null,
    capabilities: null,
    ...model.meta,
  },
  access_control: accessControl,
  is_active: model.isActive,
  updated_at: model.updatedAt,
  created_at: model.createdAt,
});

/** The columns of a request; the picture has its own column. */
export function toModelChange(request: ModelRequest) {
  const { profile_image_url: image, ...meta } = request.meta;
  return {
    baseModelId: request.base_model_id ?? null,
    name: request.name,
    params: request.params,
    meta,
    profileImageUrl: typeof image === 'string' ? image : null,
    isActive: request.is_active ?? true,
  };
}

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
