import { IsObject, IsOptional, IsString, MaxLength, ValidateBy } from 'class-validator';
import { isJsonObject } from '../../common/util/json';
import { IsLaxBoolean, IsSmall, Nested } from '../../common/validation/fields';
import { MAX_NAME } from '../../common/validation/lengths';
import { SharedWith, type AccessControl } from '../access/access-control.dto';
import type { Model } from './model.entity';

const DEFAULT_IMAGE = '/static/favicon.png';

/** An object with any keys; the contract calls its faults as those of a declared one. */
export const IsOpenObject = (): PropertyDecorator =>
  ValidateBy({ name: 'isNestedObject', validator: { validate: isJsonObject } });

export class ModelRequest {
  /** At most 256 characters. Of a provider's model: the row is laid over it. */
  @IsString()
  id: string;

  /** The provider's model that runs the preset; null lays the row over the provider's model of the same id. */
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

  /** `null` = everybody may use it, which needs `sharing.public_models`; `{}` = private. Absent: null, or as it was. */
  @IsOptional()
  @IsObject()
  @Nested(() => SharedWith)
  access_control?: SharedWith | null;

  /** False takes it out of the list. */
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
  /** Empty for those who may not change the model. */
  params: Record<string, unknown>;
  meta: Record<string, unknown>;
  /** `null` = everybody may use it, `{}` = private. */
  access_control: SharedWith | null;
  is_active: boolean;
  /** Unix seconds. */
  updated_at: number;
  /** Unix seconds. */
  created_at: number;
}

/** `isEditable`: with what only those may see who may change the model. */
export const toModelResponse = (model: Model, accessControl: AccessControl = {}, isEditable = true): ModelResponse => ({
  id: model.id,
  user_id: model.userId,
  base_model_id: model.baseModelId,
  name: model.name,
  params: isEditable ? model.params : {},
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

/** The columns that a request sets; the picture has one of its own. */
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
