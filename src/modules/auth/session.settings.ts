import { IsBoolean, IsIn, IsInt, IsOptional, IsUrl, Min } from 'class-validator';
import { Env, EnvAs, SettingsSection } from '../../platform/settings/decorators';

/** How sessions are kept in browsers, and how often somebody may try to get one. */
@SettingsSection('session')
export class SessionSettings {
  /** `SameSite` of the session cookie. */
  @EnvAs(
    (text) => text.trim().toLowerCase() || undefined,
    'WEBUI_AUTH_COOKIE_SAME_SITE',
    'WEBUI_SESSION_COOKIE_SAME_SITE',
  )
  @IsIn(['lax', 'strict', 'none'])
  cookie_same_site = 'lax';

  /** The session cookie is sent over HTTPS only. */
  @Env('WEBUI_AUTH_COOKIE_SECURE', 'WEBUI_SESSION_COOKIE_SECURE')
  @IsBoolean()
  cookie_secure = false;

  /** Where browsers go after signing out; null for the login page. */
  @EnvAs((text) => text.trim() || undefined, 'WEBUI_AUTH_SIGNOUT_REDIRECT_URL')
  @IsOptional()
  @IsUrl({ require_tld: false })
  signout_redirect_url: string | null = null;

  /** Sign-in attempts for one e-mail address within three minutes. */
  @Env('SIGNIN_LIMIT')
  @IsInt()
  @Min(1)
  signin_limit = 15;

  /** Attempts of one network address within three minutes, whatever account they are for; 0 for no limit. */
  @Env('SIGNIN_ADDRESS_LIMIT')
  @IsInt()
  @Min(0)
  signin_address_limit = 150;
}
