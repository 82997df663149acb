import { IsBoolean, IsOptional, IsUrl } from 'class-validator';
import { Env, EnvAs, SettingsSection } from '../../platform/settings/decorators';

/** Whether somebody is asked for newer releases of this server. Without a URL nobody is. */
@SettingsSection('update_check')
export class UpdateCheckSettings {
  @Env('ENABLE_VERSION_UPDATE_CHECK')
  @IsBoolean()
  is_enabled = true;

  /** Nothing is fetched that no administrator configured. */
  @Env('OFFLINE_MODE')
  @IsBoolean()
  is_offline = false;

  /** Answers `{"tag_name": "v1.2.3"}`, as GitHub's `releases/latest` does. */
  @EnvAs((text) => text.trim() || undefined, 'UPDATE_CHECK_URL')
  @IsOptional()
  @IsUrl({ require_tld: false })
  url: string | null = null;
}
