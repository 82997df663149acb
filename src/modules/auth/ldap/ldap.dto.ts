import { IsOptional, IsString } from 'class-validator';
import { IsLaxBoolean, IsLaxInt } from '../../../common/validation/fields';
import type { LdapSettings } from './ldap.settings';

export class LdapSignInRequest {
  /** User name in the directory. */
  @IsString()
  user: string;

  @IsString()
  password: string;
}

export class LdapSwitchRequest {
  @IsOptional()
  @IsLaxBoolean()
  enable_ldap?: boolean | null = null;
}

export class LdapSwitchResponse {
  ENABLE_LDAP: boolean | null;
}

export class LdapServerRequest {
  /** Name of the directory on the login page. */
  @IsString()
  label: string;

  @IsString()
  host: string;

  /** Null for the default port. */
  @IsOptional()
  @IsLaxInt()
  port?: number | null = null;

  @IsString()
  attribute_for_mail?: string = 'mail';

  @IsString()
  attribute_for_username?: string = 'uid';

  /** DN that binds for the search. */
  @IsString()
  app_dn: string;

  @IsString()
  app_dn_password: string;

  @IsString()
  search_base: string;

  /** Additional filters, concatenated; an entry has to match all of them. */
  @IsString()
  search_filters?: string = '';

  /** TLS from the start of the connection (`ldaps`). */
  @IsLaxBoolean()
  use_tls?: boolean = true;

  /** PEM file with trusted certificate authorities; null for the default ones. */
  @IsOptional()
  @IsString()
  certificate_path?: string | null = null;

  @IsLaxBoolean()
  validate_cert?: boolean = true;

  /** OpenSSL cipher list. */
  @IsOptional()
  @IsString()
  ciphers?: string | null = 'ALL';
}

export class LdapServerResponse extends LdapServerRequest {
  declare port: number | null;
  declare attribute_for_mail: string;
  declare attribute_for_username: string;
  declare search_filters: string;
  declare use_tls: boolean;
  declare validate_cert: boolean;
  declare certificate_path: string | null;
  declare ciphers: string | null;
}

/** Fields that must not be empty, in the order in which they are checked. */
export const REQUIRED_FIELDS = [
  'label',
  'host',
  'attribute_for_mail',
  'attribute_for_username',
  'app_dn',
  'app_dn_password',
  'search_base',
] as const satisfies (keyof LdapServerRequest)[];

export const toLdapServerResponse = (settings: LdapSettings): LdapServerResponse => ({
  label: settings.label,
  host: settings.host,
  port: settings.port,
  attribute_for_mail: settings.attribute_for_mail,
  attribute_for_username: settings.attribute_for_username,
  app_dn: settings.app_dn,
  app_dn_password: settings.app_dn_password,
  search_base: settings.search_base,
  search_filters: settings.search_filters,
  use_tls: settings.use_tls,
  certificate_path: settings.certificate_path,
  validate_cert: settings.validate_cert,
  ciphers: settings.ciphers,
});

export const toLdapChange = ({
  port,
  certificate_path,
  ciphers,
  ...rest
}: LdapServerRequest): Partial<LdapSettings> => ({
  ...rest,
  port: port ?? null,
  certificate_path: certificate_path ?? null,
  ciphers: ciphers ?? null,
});
