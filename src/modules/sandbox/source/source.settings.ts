import { IsBoolean } from 'class-validator';
import { Env, SettingsSection } from '../../../platform/settings/decorators';

/** Where administrators may load the sources of tools and functions from. */
@SettingsSection('sources')
export class SourceSettings {
  /** Sources may be loaded from private networks. Addresses of cloud metadata remain closed. */
  @Env('ENABLE_LOCAL_SOURCE_FETCH')
  @IsBoolean()
  is_local_fetch_enabled = false;
}
