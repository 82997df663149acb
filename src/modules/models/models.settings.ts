import { IsArray, IsBoolean, IsOptional, IsString } from 'class-validator';
import { Env, SettingsSection, StoredAt } from '../../platform/settings/decorators';

/** Which models people get, and in which order. */
@SettingsSection('models')
export class ModelsSettings {
  /** Ids, comma separated, that new chats of clients begin with. */
  @StoredAt('ui.default_models')
  @Env('DEFAULT_MODELS')
  @IsOptional()
  @IsString()
  default_models: string | null = null;

  /** Ids, comma separated, that clients pin for people without pins of their own. */
  @StoredAt('ui.default_pinned_models')
  @Env('DEFAULT_PINNED_MODELS')
  @IsOptional()
  @IsString()
  default_pinned_models: string | null = null;

  /** Ids in the order of the list; others follow by name. Empty leaves the order of the providers. */
  @StoredAt('ui.model_order_list')
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  order: string[] | null = [];

  /** Every verified user may use every model; sharing counts for nothing. */
  @Env('BYPASS_MODEL_ACCESS_CONTROL')
  @IsBoolean()
  bypass_model_access_control = false;
}
