import { IsArray, IsString, ValidateIf } from 'class-validator';
import type { ModelsSettings } from './models.settings';

const NullOr = (): PropertyDecorator => ValidateIf((_, value) => value !== null);

/** What clients begin with, and the order of the list. All three keys have to be sent; null clears. */
export class ModelsConfig {
  /** Ids, comma separated, that new chats begin with. */
  @NullOr()
  @IsString()
  DEFAULT_MODELS: string | null;

  /** Ids, comma separated, pinned for people without pins of their own. */
  @NullOr()
  @IsString()
  DEFAULT_PINNED_MODELS: string | null;

  /** Ids in the order of the list; others follow by name. */
  @NullOr()
  @IsArray()
  @IsString({ each: true })
  MODEL_ORDER_LIST: string[] | null;
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
