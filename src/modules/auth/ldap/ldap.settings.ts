import { IsBoolean, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { Env, EnvAs, Secret, SettingsSection, StoredAt } from '../../../platform/settings/decorators';

/** Sign-in with the password of a directory. */
@SettingsSection('ldap')
export class LdapSettings {
  /** Null is off (contract). */
  @Env('ENABLE_LDAP')
  @StoredAt('ldap.enable')
  @IsOptional()
  @IsBoolean()
  ENABLE_LDAP: boolean | null = false;

  /** What the login page calls the directory. */
  @Env('LDAP_SERVER_LABEL')
  @StoredAt('ldap.server.label')
  @IsString()
  label = 'LDAP Server';

  @Env('LDAP_SERVER_HOST')
  @StoredAt('ldap.server.host')
  @IsString()
  host = 'localhost';

  /** Null for the usual one. */
  @EnvAs((text) => (text.trim() === '' ? undefined : Number(text)), 'LDAP_SERVER_PORT')
  @StoredAt('ldap.server.port')
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(65_535)
  port: number | null = 389;

  @Env('LDAP_ATTRIBUTE_FOR_MAIL')
  @StoredAt('ldap.server.attribute_for_mail')
  @IsString()
  attribute_for_mail = 'mail';

  @Env('LDAP_ATTRIBUTE_FOR_USERNAME')
  @StoredAt('ldap.server.attribute_for_username')
  @IsString()
  attribute_for_username = 'uid';

  /** Who searches; empty searches anonymously. */
  @Env('LDAP_APP_DN')
  @StoredAt('ldap.server.app_dn')
  @IsString()
  app_dn = '';

  @Env('LDAP_APP_PASSWORD')
  @StoredAt('ldap.server.app_password')
  @Secret()
  @IsString()
  app_dn_password = '';

  @Env('LDAP_SEARCH_BASE')
  @StoredAt('ldap.server.users_dn')
  @IsString()
  search_base = '';

  /** Further conditions that an entry has to meet: filters, one after the other. */
  @Env('LDAP_SEARCH_FILTER', 'LDAP_SEARCH_FILTERS')
  @StoredAt('ldap.server.search_filter')
  @IsString()
  search_filters = '';

  /** From the first byte on (`ldaps`). */
  @Env('LDAP_USE_TLS')
  @StoredAt('ldap.server.use_tls')
  @IsBoolean()
  use_tls = true;

  /** PEM file with the authorities to believe; null or empty for the usual ones. */
  @Env('LDAP_CA_CERT_FILE')
  @StoredAt('ldap.server.ca_cert_file')
  @IsOptional()
  @IsString()
  certificate_path: string | null = '';

  @Env('LDAP_VALIDATE_CERT')
  @StoredAt('ldap.server.validate_cert')
  @IsBoolean()
  validate_cert = true;

  /** As OpenSSL names them. */
  @Env('LDAP_CIPHERS')
  @StoredAt('ldap.server.ciphers')
  @IsOptional()
  @IsString()
  ciphers: string | null = 'ALL';

  /** Groups are joined and left as the directory says. */
  @Env('ENABLE_LDAP_GROUP_MANAGEMENT')
  @StoredAt('ldap.group.enable_management')
  @IsBoolean()
  ENABLE_LDAP_GROUP_MANAGEMENT = false;

  /** Groups of the directory that are not known here are made. */
  @Env('ENABLE_LDAP_GROUP_CREATION')
  @StoredAt('ldap.group.enable_creation')
  @IsBoolean()
  ENABLE_LDAP_GROUP_CREATION = false;

  /** Holds the distinguished names of the groups. */
  @Env('LDAP_ATTRIBUTE_FOR_GROUPS')
  @StoredAt('ldap.server.attribute_for_groups')
  @IsString()
  attribute_for_groups = 'memberOf';

  /** Somebody may take over the account that has his address, even if it was not made by the directory. */
  @Env('LDAP_MERGE_ACCOUNTS_BY_EMAIL')
  @IsBoolean()
  merge_accounts_by_email = false;
}
