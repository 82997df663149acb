import { IsBoolean } from 'class-validator';
import { Env, SettingsSection } from '../../platform/settings/decorators';

@SettingsSection('access')
export class AccessSettings {
  /** Administrators may read and write every shareable row; false binds them to ownership and grants like users. */
  @Env('BYPASS_ADMIN_ACCESS_CONTROL', 'ENABLE_ADMIN_WORKSPACE_CONTENT_ACCESS')
  @IsBoolean()
  bypass_admin_access_control = true;
}
