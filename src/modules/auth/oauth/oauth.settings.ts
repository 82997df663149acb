import { IsArray, IsBoolean, IsOptional, IsString } from 'class-validator';
import { Env, EnvAs, SettingsSection, StoredAt, type EnvParser } from '../../../platform/settings/decorators';
import { IsPatternList } from './pattern-list.validator';

const DEFAULT_SEPARATOR = ',';
const textOrNothing = (text: string): string | undefined => text.trim() || undefined;

const listOf = (text: string, separator: string): string[] => {
  const items = text.split(separator).map((item) => item.trim());
  return items.filter((item) => item !== '');
};

/** An empty list admits nobody. */
const domainsOf: EnvParser = (text) => listOf(text, ',');
const rolesOf: EnvParser = (text, _, { OAUTH_ROLES_SEPARATOR: separator }) => {
  const roles = listOf(text, separator || DEFAULT_SEPARATOR);
  return roles.length > 0 ? roles : undefined;
};

/** What the claims of identity providers mean here. */
@SettingsSection('oauth', { savedWith: 'ENABLE_OAUTH_PERSISTENT_CONFIG' })
export class OAuthSettings {
  /** First visits make accounts. */
  @StoredAt('oauth.enable_signup')
  @Env('ENABLE_OAUTH_SIGNUP')
  @IsBoolean()
  enable_signup = false;

  /** A verified address is enough to sign in to the account that has it. */
  @StoredAt('oauth.merge_accounts_by_email')
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
  @StoredAt('oauth.oidc.sub_claim')
  @EnvAs(textOrNothing, 'OAUTH_SUB_CLAIM')
  @IsOptional()
  @IsString()
  sub_claim: string | null = null;

  @StoredAt('oauth.oidc.username_claim')
  @Env('OAUTH_USERNAME_CLAIM')
  @IsString()
  username_claim = 'name';

  /** Empty: pictures are not taken over. */
  @StoredAt('oauth.oidc.avatar_claim')
  @Env('OAUTH_PICTURE_CLAIM')
  @IsString()
  picture_claim = 'picture';

  @StoredAt('oauth.oidc.email_claim')
  @Env('OAUTH_EMAIL_CLAIM')
  @IsString()
  email_claim = 'email';

  /** Domains of addresses; `*` for all. */
  @StoredAt('oauth.allowed_domains')
  @EnvAs(domainsOf, 'OAUTH_ALLOWED_DOMAINS')
  @IsArray()
  @IsString({ each: true })
  allowed_domains: string[] = ['*'];

  @StoredAt('oauth.update_picture_on_login')
  @Env('OAUTH_UPDATE_PICTURE_ON_LOGIN')
  @IsBoolean()
  update_picture_on_login = false;

  /** Roles follow the claims, and who has none of them may not sign in. */
  @StoredAt('oauth.enable_role_mapping')
  @Env('ENABLE_OAUTH_ROLE_MANAGEMENT')
  @IsBoolean()
  enable_role_management = false;

  /** Path of names with dots. */
  @StoredAt('oauth.roles_claim')
  @Env('OAUTH_ROLES_CLAIM')
  @IsString()
  roles_claim = 'roles';

  /** Splits a text of the claim, and the variables of the two lists below. */
  @EnvAs((text) => text || undefined, 'OAUTH_ROLES_SEPARATOR')
  @IsString()
  roles_separator = DEFAULT_SEPARATOR;

  /** Who has one of them is a user. */
  @StoredAt('oauth.allowed_roles')
  @EnvAs(rolesOf, 'OAUTH_ALLOWED_ROLES')
  @IsArray()
  @IsString({ each: true })
  allowed_roles: string[] = ['user', 'admin'];

  /** Who has one of them is an administrator. */
  @StoredAt('oauth.admin_roles')
  @EnvAs(rolesOf, 'OAUTH_ADMIN_ROLES')
  @IsArray()
  @IsString({ each: true })
  admin_roles: string[] = ['admin'];

  /** Groups are joined and left as the claims say. */
  @StoredAt('oauth.enable_group_mapping')
  @Env('ENABLE_OAUTH_GROUP_MANAGEMENT')
  @IsBoolean()
  enable_group_management = false;

  /** Groups that are not known here are made. */
  @StoredAt('oauth.enable_group_creation')
  @Env('ENABLE_OAUTH_GROUP_CREATION')
  @IsBoolean()
  enable_group_creation = false;

  /** Path of names with dots. */
  @StoredAt('oauth.oidc.group_claim')
  @Env('OAUTH_GROUPS_CLAIM', 'OAUTH_GROUP_CLAIM')
  @IsString()
  groups_claim = 'groups';

  @EnvAs((text) => text || undefined, 'OAUTH_GROUPS_SEPARATOR')
  @IsString()
  groups_separator = ';';

  /** JSON list of names and patterns of groups that are left alone. */
  @StoredAt('oauth.blocked_groups')
  @Env('OAUTH_BLOCKED_GROUPS')
  @IsPatternList()
  blocked_groups = '[]';
}
