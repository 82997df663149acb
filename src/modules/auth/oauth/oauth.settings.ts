import { IsArray, IsBoolean, IsOptional, IsString } from 'class-validator';
import { IsParsable } from '../../../common/validation/is-parsable';
import { Env, EnvAs, SettingsSection, StoredAt, type EnvParser } from '../../../platform/settings/decorators';
import { parseBlockedGroups } from './claims/blocked-groups';

const DEFAULT_SEPARATOR = ',';
const textOrUndefined = (text: string): string | undefined => text.trim() || undefined;

const listOf = (text: string, separator: string): string[] => {
  const items = text.split(separator).map((item) => item.trim());
  return items.filter((item) => item !== '');
};

/** An empty list admits no address. */
const domainsOf: EnvParser = (text) => listOf(text, ',');
const rolesOf: EnvParser = (text, _, { OAUTH_ROLES_SEPARATOR: separator }) => {
  const roles = listOf(text, separator || DEFAULT_SEPARATOR);
  return roles.length > 0 ? roles : undefined;
};

/** Mapping of provider claims to accounts, roles and groups. */
@SettingsSection('oauth', { savedWith: 'ENABLE_OAUTH_PERSISTENT_CONFIG' })
export class OAuthSettings {
  /** Create an account on the first sign-in. */
  @StoredAt('oauth.enable_signup')
  @Env('ENABLE_OAUTH_SIGNUP')
  @IsBoolean()
  enable_signup = false;

  /** Merge the first sign-in with a verified address into the account with that address. */
  @StoredAt('oauth.merge_accounts_by_email')
  @Env('OAUTH_MERGE_ACCOUNTS_BY_EMAIL')
  @IsBoolean()
  merge_accounts_by_email = false;

  /** Assign `<provider>@<subject>.local` to users without an address. */
  @Env('ENABLE_OAUTH_EMAIL_FALLBACK')
  @IsBoolean()
  enable_email_fallback = false;

  /** Also set the ID token as a cookie. */
  @Env('ENABLE_OAUTH_ID_TOKEN_COOKIE')
  @IsBoolean()
  enable_id_token_cookie = true;

  /** Allow API clients to exchange a provider's token for a session (docs/adr/0014-token-exchange.md). */
  @Env('ENABLE_OAUTH_TOKEN_EXCHANGE')
  @IsBoolean()
  enable_token_exchange = false;

  /** Send the client id in the token request in addition to the client authentication. */
  @Env('OAUTH_ACCESS_TOKEN_REQUEST_INCLUDE_CLIENT_ID')
  @IsBoolean()
  include_client_id = false;

  /** Claim of the subject; null for the provider's default. */
  @StoredAt('oauth.oidc.sub_claim')
  @EnvAs(textOrUndefined, 'OAUTH_SUB_CLAIM')
  @IsOptional()
  @IsString()
  sub_claim: string | null = null;

  /** Claim with the user's name. */
  @StoredAt('oauth.oidc.username_claim')
  @Env('OAUTH_USERNAME_CLAIM')
  @IsString()
  username_claim = 'name';

  /** Empty: pictures are not loaded. */
  @StoredAt('oauth.oidc.avatar_claim')
  @Env('OAUTH_PICTURE_CLAIM')
  @IsString()
  picture_claim = 'picture';

  /** Claim with the e-mail address. */
  @StoredAt('oauth.oidc.email_claim')
  @Env('OAUTH_EMAIL_CLAIM')
  @IsString()
  email_claim = 'email';

  /** Allowed e-mail domains; `*` for all. */
  @StoredAt('oauth.allowed_domains')
  @EnvAs(domainsOf, 'OAUTH_ALLOWED_DOMAINS')
  @IsArray()
  @IsString({ each: true })
  allowed_domains: string[] = ['*'];

  /** Update the user's picture on each sign-in. */
  @StoredAt('oauth.update_picture_on_login')
  @Env('OAUTH_UPDATE_PICTURE_ON_LOGIN')
  @IsBoolean()
  update_picture_on_login = false;

  /** Update roles from the claims. A sign-in without one of the roles below is refused. */
  @StoredAt('oauth.enable_role_mapping')
  @Env('ENABLE_OAUTH_ROLE_MANAGEMENT')
  @IsBoolean()
  enable_role_management = false;

  /** Dotted path. */
  @StoredAt('oauth.roles_claim')
  @Env('OAUTH_ROLES_CLAIM')
  @IsString()
  roles_claim = 'roles';

  /** Separator in a string claim, and in the variables of the two lists below. */
  @EnvAs((text) => text || undefined, 'OAUTH_ROLES_SEPARATOR')
  @IsString()
  roles_separator = DEFAULT_SEPARATOR;

  /** Provider roles that grant the role `user`. */
  @StoredAt('oauth.allowed_roles')
  @EnvAs(rolesOf, 'OAUTH_ALLOWED_ROLES')
  @IsArray()
  @IsString({ each: true })
  allowed_roles: string[] = ['user', 'admin'];

  /** Provider roles that grant the role `admin`. */
  @StoredAt('oauth.admin_roles')
  @EnvAs(rolesOf, 'OAUTH_ADMIN_ROLES')
  @IsArray()
  @IsString({ each: true })
  admin_roles: string[] = ['admin'];

  /** Update group memberships from the claims. */
  @StoredAt('oauth.enable_group_mapping')
  @Env('ENABLE_OAUTH_GROUP_MANAGEMENT')
  @IsBoolean()
  enable_group_management = false;

  /** Create unknown groups. */
  @StoredAt('oauth.enable_group_creation')
  @Env('ENABLE_OAUTH_GROUP_CREATION')
  @IsBoolean()
  enable_group_creation = false;

  /** Dotted path. */
  @StoredAt('oauth.oidc.group_claim')
  @Env('OAUTH_GROUPS_CLAIM', 'OAUTH_GROUP_CLAIM')
  @IsString()
  groups_claim = 'groups';

  /** Separator of the groups in a string claim. */
  @EnvAs((text) => text || undefined, 'OAUTH_GROUPS_SEPARATOR')
  @IsString()
  groups_separator = ';';

  /** JSON list of names and patterns of groups whose memberships are never changed. */
  @StoredAt('oauth.blocked_groups')
  @Env('OAUTH_BLOCKED_GROUPS')
  @IsParsable(parseBlockedGroups, 'a JSON list of names and patterns')
  blocked_groups = '[]';
}
