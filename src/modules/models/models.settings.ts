import { IsArray, IsBoolean, IsOptional, IsString } from 'class-validator';
import { Env, SettingsSection, StoredAt } from '../../platform/settings/decorators';

/** Default models and the order of the list. */
@SettingsSection('models')
export class ModelsSettings {
  /** Comma-separated ids, selected in new chats. */
  @StoredAt('ui.default_models')
  @Env('DEFAULT_MODELS')
  @IsOptional()
  @IsString()
  default_models: string | null = null;

  /** Comma-separated ids, pinned for users without pins of their own. */
  @StoredAt('ui.default_pinned_models')
  @Env('DEFAULT_PINNED_MODELS')
  @IsOptional()
  @IsString()
  default_pinned_models: string | null = null;

  /** Ids in the order of the list; others follow by name. Empty: the order of the providers. */
  @StoredAt('ui.model_order_list')
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  order: string[] | null = [];

  /** Allow every verified user to use every model, regardless of sharing. */
  @Env('BYPASS_MODEL_ACCESS_CONTROL')
  @IsBoolean()
  bypass_model_access_control = false;
}
