import { IsBoolean, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { Env, EnvAs, Secret, SettingsSection, StoredAt } from '../../../platform/settings/decorators';

/** Sign-in with a directory password. */
@SettingsSection('ldap')
export class LdapSettings {
  /** Null is off (contract). */
  @Env('ENABLE_LDAP')
  @StoredAt('ldap.enable')
  @IsOptional()
  @IsBoolean()
  enable_ldap: boolean | null = false;

  /** Name of the directory on the login page. */
  @Env('LDAP_SERVER_LABEL')
  @StoredAt('ldap.server.label')
  @IsString()
  label = 'LDAP Server';

  /** Host of the directory server. */
  @Env('LDAP_SERVER_HOST')
  @StoredAt('ldap.server.host')
  @IsString()
  host = 'localhost';

  /** Null for the default port. */
  @EnvAs((text) => (text.trim() === '' ? undefined : Number(text)), 'LDAP_SERVER_PORT')
  @StoredAt('ldap.server.port')
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(65_535)
  port: number | null = 389;

  /** Attribute with the e-mail address. */
  @Env('LDAP_ATTRIBUTE_FOR_MAIL')
  @StoredAt('ldap.server.attribute_for_mail')
  @IsString()
  attribute_for_mail = 'mail';

  /** Attribute with the name that users sign in with. */
  @Env('LDAP_ATTRIBUTE_FOR_USERNAME')
  @StoredAt('ldap.server.attribute_for_username')
  @IsString()
  attribute_for_username = 'uid';

  /** DN that binds for the search; empty searches anonymously. */
  @Env('LDAP_APP_DN')
  @StoredAt('ldap.server.app_dn')
  @IsString()
  app_dn = '';

  /** Password of `LDAP_APP_DN`. */
  @Env('LDAP_APP_PASSWORD')
  @StoredAt('ldap.server.app_password')
  @Secret({ sentTo: ({ host }: { host: string }) => host })
  @IsString()
  app_dn_password = '';

  /** DN below which users are searched. */
  @Env('LDAP_SEARCH_BASE')
  @StoredAt('ldap.server.users_dn')
  @IsString()
  search_base = '';

  /** Additional filters, concatenated; an entry has to match all of them. */
  @Env('LDAP_SEARCH_FILTER', 'LDAP_SEARCH_FILTERS')
  @StoredAt('ldap.server.search_filter')
  @IsString()
  search_filters = '';

  /** TLS from the start of the connection (`ldaps`). */
  @Env('LDAP_USE_TLS')
  @StoredAt('ldap.server.use_tls')
  @IsBoolean()
  use_tls = true;

  /** PEM file with trusted certificate authorities; null or empty for the default ones. */
  @Env('LDAP_CA_CERT_FILE')
  @StoredAt('ldap.server.ca_cert_file')
  @IsOptional()
  @IsString()
  certificate_path: string | null = '';

  /** Verify the certificate of the server. */
  @Env('LDAP_VALIDATE_CERT')
  @StoredAt('ldap.server.validate_cert')
  @IsBoolean()
  validate_cert = true;

  /** OpenSSL cipher list. */
  @Env('LDAP_CIPHERS')
  @StoredAt('ldap.server.ciphers')
  @IsOptional()
  @IsString()
  ciphers: string | null = 'ALL';

  /** Update group memberships from the directory. */
  @Env('ENABLE_LDAP_GROUP_MANAGEMENT')
  @StoredAt('ldap.group.enable_management')
  @IsBoolean()
  enable_ldap_group_management = false;

  /** Create unknown groups. */
  @Env('ENABLE_LDAP_GROUP_CREATION')
  @StoredAt('ldap.group.enable_creation')
  @IsBoolean()
  enable_ldap_group_creation = false;

  /** Attribute with the distinguished names of the groups. */
  @Env('LDAP_ATTRIBUTE_FOR_GROUPS')
  @StoredAt('ldap.server.attribute_for_groups')
  @IsString()
  attribute_for_groups = 'memberOf';

  /** Merge the first sign-in of an entry into an existing account with the same e-mail address. */
  @Env('LDAP_MERGE_ACCOUNTS_BY_EMAIL')
  @IsBoolean()
  merge_accounts_by_email = false;
}
