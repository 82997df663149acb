import { SettingsSection, StoredAt } from '../../../platform/settings/decorators';
import type { PermissionTree } from './permission-tree.dto';

@SettingsSection('permissions')
export class PermissionSettings {
  /** Permissions of all users as saved by an administrator; null: defaults and variables apply. */
  @StoredAt('user.permissions')
  defaults: PermissionTree | null = null;
}
