import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Min } from 'class-validator';
import { ROLES, type Role } from '../../common/auth/principal';
import { IsHttpUrlOrEmpty } from '../../common/validation/is-http-url';
import { IsParsable } from '../../common/validation/is-parsable';
import { Env, EnvAs, SettingsSection, StoredAt } from '../../platform/settings/decorators';
import { emailAddress } from '../../platform/settings/env-parsers';
import { compilePattern, DEFAULT_PASSWORD_PATTERN } from './passwords/password-rules';
import { parseDuration } from './sessions/duration';
import { parsePeerList } from './trusted-header/peer-list';

/** Sign-up, API keys and the lifetime of sessions. */
@SettingsSection('auth')
export class AuthSettings {
  /** Allow sign-up. */
  @StoredAt('ui.enable_signup')
  @Env('ENABLE_SIGNUP')
  @IsBoolean()
  enable_signup = true;

  /** Show the login form. When false, sign-up with a password is closed as well. */
  @StoredAt('ui.ENABLE_LOGIN_FORM')
  @Env('ENABLE_LOGIN_FORM')
  @IsBoolean()
  enable_login_form = true;

  /** Allow passwords for sign-in, sign-up and password change. */
  @Env('ENABLE_PASSWORD_AUTH')
  @IsBoolean()
  enable_password_auth = true;

  /** Allow creating the first account even when sign-up or the login form is disabled. */
  @Env('ENABLE_INITIAL_ADMIN_SIGNUP')
  @IsBoolean()
  enable_initial_admin_signup = false;

  /** Role of accounts that sign up. */
  @StoredAt('ui.default_user_role')
  @Env('DEFAULT_USER_ROLE')
  @IsIn(ROLES)
  default_user_role: Role = 'pending';

  /** Id of the group that new accounts join; empty for none. */
  @StoredAt('ui.default_group_id')
  @Env('DEFAULT_GROUP_ID')
  @IsString()
  default_group_id = '';

  /** Lifetime of a session: `-1` or `0` for unlimited, otherwise parts such as `4w` or `1h30m`. */
  @StoredAt('auth.jwt_expiry')
  @Env('JWT_EXPIRES_IN')
  @IsParsable(parseDuration, '-1, 0, or a positive duration such as 4w or 1h30m')
  jwt_expires_in = '4w';

  /** Allow users to create API keys and to sign in with them. */
  @StoredAt('auth.enable_api_keys')
  @Env('ENABLE_API_KEYS')
  @IsBoolean()
  enable_api_keys = false;

  /** Accept API keys only on `API_KEYS_ALLOWED_ENDPOINTS`. */
  @StoredAt('auth.api_key.endpoint_restrictions')
  @Env('ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS', 'ENABLE_API_KEY_ENDPOINT_RESTRICTIONS')
  @IsBoolean()
  enable_api_keys_endpoint_restrictions = false;

  /** Comma-separated paths; each includes everything below it. */
  @StoredAt('auth.api_key.allowed_endpoints')
  @Env('API_KEYS_ALLOWED_ENDPOINTS', 'API_KEY_ALLOWED_ENDPOINTS')
  @IsString()
  api_keys_allowed_endpoints = '';

  /** Show name and address of an administrator to accounts that wait for approval. */
  @StoredAt('auth.admin.show')
  @Env('SHOW_ADMIN_DETAILS')
  @IsBoolean()
  show_admin_details = true;

  /** E-mail address of the administrator to show; null for the first account. */
  @StoredAt('auth.admin.email')
  @EnvAs(emailAddress, 'ADMIN_EMAIL')
  @IsOptional()
  @IsString()
  admin_email: string | null = null;
}

/** Rules for new passwords. */
@SettingsSection('password')
export class PasswordSettings {
  /** Require new passwords to match the pattern. */
  @Env('ENABLE_PASSWORD_VALIDATION')
  @IsBoolean()
  enable_password_validation = false;

  /** Regular expression (Unicode mode), matched from the start. */
  @Env('PASSWORD_VALIDATION_REGEX_PATTERN')
  @IsParsable(compilePattern, 'a regular expression')
  password_validation_regex_pattern = DEFAULT_PASSWORD_PATTERN;
}

/** The session cookie, and limits on sign-in attempts. */
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

  /** Send the session cookie over HTTPS only. */
  @Env('WEBUI_AUTH_COOKIE_SECURE', 'WEBUI_SESSION_COOKIE_SECURE')
  @IsBoolean()
  cookie_secure = false;

  /** Redirect URL after signing out; null for the login page. */
  @EnvAs((text) => text.trim() || undefined, 'WEBUI_AUTH_SIGNOUT_REDIRECT_URL')
  @IsOptional()
  @IsHttpUrlOrEmpty()
  signout_redirect_url: string | null = null;

  /** Sign-in attempts per e-mail address within four minutes. */
  @Env('SIGNIN_LIMIT')
  @IsInt()
  @Min(1)
  signin_limit = 15;

  /** Sign-in and sign-up attempts per network address within four minutes, across all accounts; 0 for no limit. */
  @Env('SIGNIN_ADDRESS_LIMIT')
  @IsInt()
  @Min(0)
  signin_address_limit = 150;
}

/** A header name in lower case, as Node spells it; undefined for an empty variable. */
const headerName = (text: string): string | undefined => text.trim().toLowerCase() || undefined;

const IsHeaderName = (): PropertyDecorator =>
  Matches(/^[!#$%&'*+.^_`|~\w-]+$/, { message: '$property must be the name of a header' });

/** Modes of sign-in that replace the login form. Read from the environment; no form edits them. */
@SettingsSection('sign_in_mode')
export class SignInModeSettings {
  /** False: there is no login, and every client acts as one built-in administrator. Refused when other accounts exist. */
  @Env('WEBUI_AUTH')
  @IsBoolean()
  webui_auth = true;

  /** Header in which a proxy names the e-mail address of the authenticated user; null for none. */
  @EnvAs(headerName, 'WEBUI_AUTH_TRUSTED_EMAIL_HEADER')
  @IsOptional()
  @IsString()
  @IsHeaderName()
  trusted_email_header: string | null = null;

  /** Header with the user's name, percent-encoded UTF-8. */
  @EnvAs(headerName, 'WEBUI_AUTH_TRUSTED_NAME_HEADER')
  @IsOptional()
  @IsString()
  @IsHeaderName()
  trusted_name_header: string | null = null;

  /** Header with comma-separated group names. */
  @EnvAs(headerName, 'WEBUI_AUTH_TRUSTED_GROUPS_HEADER')
  @IsOptional()
  @IsString()
  @IsHeaderName()
  trusted_groups_header: string | null = null;

  /** Comma-separated addresses and networks of the trusted proxies; empty trusts every peer. */
  @Env('WEBUI_AUTH_TRUSTED_PROXIES')
  @IsParsable(parsePeerList, 'addresses or networks, comma separated')
  trusted_proxies = '';
}
