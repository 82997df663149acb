import { IsArray, IsObject, IsOptional, IsString } from 'class-validator';
import { IsLaxBoolean, NullOr } from '../../../common/validation/fields';
import type { ArenaSettings } from '../arena/arena.settings';
import type { ModelsSettings } from '../models.settings';

/** Default models and the order of the list. All three keys are required; null clears. */
export class ModelsConfig {
  /** Comma-separated ids, selected in new chats. */
  @NullOr()
  @IsString()
  DEFAULT_MODELS: string | null;

  /** Comma-separated ids, pinned for users without pins of their own. */
  @NullOr()
  @IsString()
  DEFAULT_PINNED_MODELS: string | null;

  /** Ids in the order of the list; others follow by name. */
  @NullOr()
  @IsArray()
  @IsString({ each: true })
  MODEL_ORDER_LIST: string[] | null;
}

/** Null or missing keys leave the setting unchanged. */
export class ArenaConfigRequest {
  /** Include arenas in the list of models. */
  @IsOptional()
  @IsLaxBoolean()
  ENABLE_EVALUATION_ARENA_MODELS?: boolean | null;

  /**
   * `{id, name, meta}` each. In `meta`: `model_ids` (null: all models), `filter_mode` (`include`, or `exclude` for all
   * others), `access_control` (null: public; absent: administrators only).
   */
  @IsOptional()
  @IsArray()
  @IsObject({ each: true })
  EVALUATION_ARENA_MODELS?: Record<string, unknown>[] | null;
}

export class ArenaConfigResponse {
  /** Arenas are included in the list of models. */
  ENABLE_EVALUATION_ARENA_MODELS: boolean;
  /** `{id, name, meta}` each. */
  EVALUATION_ARENA_MODELS: Record<string, unknown>[];
}

export const toModelsConfig = (settings: ModelsSettings): ModelsConfig => ({
  DEFAULT_MODELS: settings.default_models,
  DEFAULT_PINNED_MODELS: settings.default_pinned_models,
  MODEL_ORDER_LIST: settings.order,
});

export const fromModelsConfig = (config: ModelsConfig): Partial<ModelsSettings> => ({
  default_models: config.DEFAULT_MODELS,
  default_pinned_models: config.DEFAULT_PINNED_MODELS,
  order: config.MODEL_ORDER_LIST,
});

export const toArenaConfig = ({ enable, models }: ArenaSettings): ArenaConfigResponse => ({
  ENABLE_EVALUATION_ARENA_MODELS: enable,
  EVALUATION_ARENA_MODELS: models,
});

export function fromArenaConfig(request: ArenaConfigRequest): Partial<ArenaSettings> {
  const { ENABLE_EVALUATION_ARENA_MODELS: enable, EVALUATION_ARENA_MODELS: models } = request;
  return { ...(typeof enable === 'boolean' && { enable }), ...(models && { models }) };
}
