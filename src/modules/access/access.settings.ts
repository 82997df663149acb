import { IsBoolean } from 'class-validator';
import { Env, SettingsSection } from '../../platform/settings/decorators';

@SettingsSection('access')
export class AccessSettings {
  /**
   * Grant administrators read and write access to every shareable row; false restricts them to ownership and grants.
   */
  @Env('BYPASS_ADMIN_ACCESS_CONTROL', 'ENABLE_ADMIN_WORKSPACE_CONTENT_ACCESS')
  @IsBoolean()
  bypass_admin_access_control = true;
}
