import { IsBoolean, IsIn, IsOptional, IsString } from 'class-validator';
import { ROLES, type Role } from '../../common/auth/principal';
import { Env, SettingsSection, StoredAt } from '../../platform/settings/decorators';
import { IsDuration } from './duration.validator';

/** Who gets an account, and what proves it. */
@SettingsSection('auth')
export class AuthSettings {
  /** People may make accounts for themselves. */
  @StoredAt('ui.enable_signup')
  @Env('ENABLE_SIGNUP')
  @IsBoolean()
  ENABLE_SIGNUP = true;

  /** The login form is shown; without it there is no sign-up with a password either. */
  @StoredAt('ui.ENABLE_LOGIN_FORM')
  @Env('ENABLE_LOGIN_FORM')
  @IsBoolean()
  ENABLE_LOGIN_FORM = true;

  /** False: passwords are refused for sign-in, sign-up and password change. */
  @Env('ENABLE_PASSWORD_AUTH')
  @IsBoolean()
  ENABLE_PASSWORD_AUTH = true;

  /** The very first account may be made although sign-up or the login form is off. */
  @Env('ENABLE_INITIAL_ADMIN_SIGNUP')
  @IsBoolean()
  ENABLE_INITIAL_ADMIN_SIGNUP = false;

  /** Role of accounts that sign up. */
  @StoredAt('ui.default_user_role')
  @Env('DEFAULT_USER_ROLE')
  @IsIn(ROLES)
  DEFAULT_USER_ROLE: Role = 'pending';

  /** Group that new accounts join; empty for none. */
  @StoredAt('ui.default_group_id')
  @Env('DEFAULT_GROUP_ID')
  @IsString()
  DEFAULT_GROUP_ID = '';

  /** How long a session lasts: `-1` or `0` for ever, else parts such as `4w` or `1h30m`. */
  @StoredAt('auth.jwt_expiry')
  @Env('JWT_EXPIRES_IN')
  @IsDuration()
  JWT_EXPIRES_IN = '4w';

  @StoredAt('auth.enable_api_keys')
  @Env('ENABLE_API_KEYS')
  @IsBoolean()
  ENABLE_API_KEYS = false;

  /** API keys are only good for `API_KEYS_ALLOWED_ENDPOINTS`. */
  @StoredAt('auth.api_key.endpoint_restrictions')
  @Env('ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS', 'ENABLE_API_KEY_ENDPOINT_RESTRICTIONS')
  @IsBoolean()
  ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS = false;

  /** Paths, separated by commas; each with everything below it. */
  @StoredAt('auth.api_key.allowed_endpoints')
  @Env('API_KEYS_ALLOWED_ENDPOINTS', 'API_KEY_ALLOWED_ENDPOINTS')
  @IsString()
  API_KEYS_ALLOWED_ENDPOINTS = '';

  /** Name and address of an administrator are shown to accounts that wait for approval. */
  @StoredAt('auth.admin.show')
  @Env('SHOW_ADMIN_DETAILS')
  @IsBoolean()
  SHOW_ADMIN_DETAILS = true;

  /** Whose name and address; null for the first account. */
  @StoredAt('auth.admin.email')
  @Env('ADMIN_EMAIL')
  @IsOptional()
  @IsString()
  ADMIN_EMAIL: string | null = null;
}
