import { SettingsSection, StoredAt } from '../../platform/settings/decorators';
import type { PermissionTree } from './permission-tree.dto';

@SettingsSection('permissions')
export class PermissionSettings {
  /** What every user may do, as an administrator saved it; null = the defaults with the variables. */
  @StoredAt('user.permissions')
  defaults: PermissionTree | null = null;
}
