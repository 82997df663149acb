import { IsBoolean } from 'class-validator';
import { Env, FeatureSwitch, SettingsSection, StoredAt } from '../../platform/settings/decorators';

@SettingsSection('folders')
export class FoldersSettings {
  /** Allow users with the permission `features.folders` to group their chats in folders. */
  @FeatureSwitch('folders')
  @StoredAt('folders.enable')
  @Env('ENABLE_FOLDERS')
  @IsBoolean()
  enable = true;
}
