import { IsArray, IsObject, IsOptional } from 'class-validator';
import { IsLaxBoolean } from '../../common/validation/fields';
import type { ArenaSettings } from './arena.settings';

/** What is null or missing stays as it is. */
export class ArenaConfigRequest {
  /** Arenas are in the list of models. */
  @IsOptional()
  @IsLaxBoolean()
  ENABLE_EVALUATION_ARENA_MODELS?: boolean | null;

  /**
   * `{id, name, meta}` each. In `meta`: `model_ids` (null: all models), `filter_mode` (`include`, or `exclude` for all
   * others), `access_control` (null: everybody; without it administrators alone).
   */
  @IsOptional()
  @IsArray()
  @IsObject({ each: true })
  EVALUATION_ARENA_MODELS?: Record<string, unknown>[] | null;
}

export class ArenaConfigResponse {
  /** Arenas are in the list of models. */
  ENABLE_EVALUATION_ARENA_MODELS: boolean;
  /** `{id, name, meta}` each. */
  EVALUATION_ARENA_MODELS: Record<string, unknown>[];
}

export const toArenaConfigResponse = ({ enable, models }: ArenaSettings): ArenaConfigResponse => ({
  ENABLE_EVALUATION_ARENA_MODELS: enable,
  EVALUATION_ARENA_MODELS: models,
});

export function toArenaSettings(request: ArenaConfigRequest): Partial<ArenaSettings> {
  const { ENABLE_EVALUATION_ARENA_MODELS: enable, EVALUATION_ARENA_MODELS: models } = request;
  return { ...(typeof enable === 'boolean' && { enable }), ...(models && { models }) };
}
