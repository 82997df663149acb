import { IsBoolean, IsOptional, IsUrl } from 'class-validator';
import { Env, EnvAs, SettingsSection } from '../../../platform/settings/decorators';
import { httpUrl } from '../../../platform/settings/env-parsers';

/** The check for newer releases of this server; disabled without a URL. */
@SettingsSection('update_check')
export class UpdateCheckSettings {
  /** Check for newer releases. */
  @Env('ENABLE_VERSION_UPDATE_CHECK')
  @IsBoolean()
  is_enabled = true;

  /** Fetch only what administrators have configured. */
  @Env('OFFLINE_MODE')
  @IsBoolean()
  is_offline = false;

  /** URL of `{"tag_name": "v1.2.3"}`, such as GitHub's `releases/latest`. */
  @EnvAs(httpUrl, 'UPDATE_CHECK_URL')
  @IsOptional()
  @IsUrl({ require_tld: false })
  url: string | null = null;
}
