import { IsBoolean, IsOptional, IsString } from 'class-validator';
import { Env, EnvAs, SettingsSection } from '../../../platform/settings/decorators';
import { IsPatternList } from './pattern-list.validator';

const textOrNothing = (text: string): string | undefined => text.trim() || undefined;

/** What the claims of identity providers mean here. */
@SettingsSection('oauth')
export class OAuthSettings {
  /** First visits make accounts. */
  @Env('ENABLE_OAUTH_SIGNUP')
  @IsBoolean()
  enable_signup = false;

  /** A verified address is enough to sign in to the account that has it. */
  @Env('OAUTH_MERGE_ACCOUNTS_BY_EMAIL')
  @IsBoolean()
  merge_accounts_by_email = false;

  /** People without an address get `<provider>@<subject>.local`. */
  @Env('ENABLE_OAUTH_EMAIL_FALLBACK')
  @IsBoolean()
  enable_email_fallback = false;

  /** The ID token goes to the browser, too. */
  @Env('ENABLE_OAUTH_ID_TOKEN_COOKIE')
  @IsBoolean()
  enable_id_token_cookie = true;

  /** Programs may exchange a token of a provider for a session (docs/adr/0016-token-exchange.md). */
  @Env('ENABLE_OAUTH_TOKEN_EXCHANGE')
  @IsBoolean()
  enable_token_exchange = false;

  /** The token request carries the client's id, beside its authentication. */
  @Env('OAUTH_ACCESS_TOKEN_REQUEST_INCLUDE_CLIENT_ID')
  @IsBoolean()
  include_client_id = false;

  /** Null for what is usual at the provider. */
  @EnvAs(textOrNothing, 'OAUTH_SUB_CLAIM')
  @IsOptional()
  @IsString()
  sub_claim: string | null = null;

  @Env('OAUTH_USERNAME_CLAIM')
  @IsString()
  username_claim = 'name';

  /** Empty: pictures are not taken over. */
  @Env('OAUTH_PICTURE_CLAIM')
  @IsString()
  picture_claim = 'picture';

  @Env('OAUTH_EMAIL_CLAIM')
  @IsString()
  email_claim = 'email';

  /** Domains of addresses, comma separated; `*` for all. */
  @Env('OAUTH_ALLOWED_DOMAINS')
  @IsString()
  allowed_domains = '*';

  @Env('OAUTH_UPDATE_PICTURE_ON_LOGIN')
  @IsBoolean()
  update_picture_on_login = false;

  /** Roles follow the claims, and who has none of them may not sign in. */
  @Env('ENABLE_OAUTH_ROLE_MANAGEMENT')
  @IsBoolean()
  enable_role_management = false;

  /** Path of names with dots. */
  @Env('OAUTH_ROLES_CLAIM')
  @IsString()
  roles_claim = 'roles';

  /** Splits a text, and the two lists below. */
  @EnvAs((text) => text || undefined, 'OAUTH_ROLES_SEPARATOR')
  @IsString()
  roles_separator = ',';

  /** Null: `user` and `admin`. */
  @EnvAs(textOrNothing, 'OAUTH_ALLOWED_ROLES')
  @IsOptional()
  @IsString()
  allowed_roles: string | null = null;

  /** Null: `admin`. */
  @EnvAs(textOrNothing, 'OAUTH_ADMIN_ROLES')
  @IsOptional()
  @IsString()
  admin_roles: string | null = null;

  /** Groups are joined and left as the claims say. */
  @Env('ENABLE_OAUTH_GROUP_MANAGEMENT')
  @IsBoolean()
  enable_group_management = false;

  /** Groups that are not known here are made. */
  @Env('ENABLE_OAUTH_GROUP_CREATION')
  @IsBoolean()
  enable_group_creation = false;

  /** Path of names with dots. */
  @Env('OAUTH_GROUPS_CLAIM', 'OAUTH_GROUP_CLAIM')
  @IsString()
  groups_claim = 'groups';

  @EnvAs((text) => text || undefined, 'OAUTH_GROUPS_SEPARATOR')
  @IsString()
  groups_separator = ';';

  /** JSON list of names and patterns of groups that are left alone. */
  @Env('OAUTH_BLOCKED_GROUPS')
  @IsPatternList()
  blocked_groups = '[]';
}
