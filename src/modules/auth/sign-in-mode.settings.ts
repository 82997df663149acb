import { IsBoolean, IsOptional, IsString, Matches } from 'class-validator';
import { Env, EnvAs, SettingsSection } from '../../platform/settings/decorators';
import { IsPeerList } from './peer-list.validator';

/** The text of a header name as node spells it; nothing for an empty variable. */
const headerName = (text: string): string | undefined => text.trim().toLowerCase() || undefined;

const IsHeaderName = (): PropertyDecorator =>
  Matches(/^[!#$%&'*+.^_`|~\w-]+$/, { message: '$property must be the name of a header' });

/** Ways to sign in that replace the login form. Read from the environment; no form edits them. */
@SettingsSection('sign_in_mode')
export class SignInModeSettings {
  /** False: no login, everybody is the one built-in administrator. Only for an installation without other accounts. */
  @Env('WEBUI_AUTH')
  @IsBoolean()
  WEBUI_AUTH = true;

  /** Header in which a proxy names the e-mail address of whom it authenticated; null for none. */
  @EnvAs(headerName, 'WEBUI_AUTH_TRUSTED_EMAIL_HEADER')
  @IsOptional()
  @IsString()
  @IsHeaderName()
  trusted_email_header: string | null = null;

  /** Header with the name, percent-encoded UTF-8. */
  @EnvAs(headerName, 'WEBUI_AUTH_TRUSTED_NAME_HEADER')
  @IsOptional()
  @IsString()
  @IsHeaderName()
  trusted_name_header: string | null = null;

  /** Header with the names of groups, comma separated. */
  @EnvAs(headerName, 'WEBUI_AUTH_TRUSTED_GROUPS_HEADER')
  @IsOptional()
  @IsString()
  @IsHeaderName()
  trusted_groups_header: string | null = null;

  /** Addresses and networks of the proxies whose headers are believed, comma separated; empty believes every peer. */
  @Env('WEBUI_AUTH_TRUSTED_PROXIES')
  @IsPeerList()
  trusted_proxies = '';
}
