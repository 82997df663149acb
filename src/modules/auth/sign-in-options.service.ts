import { Injectable } from '@nestjs/common';
import { AuthSettings, SignInModeSettings } from './auth.settings';
import { LdapSettings } from './ldap/ldap.settings';
import { OAuthClientsSettings } from './oauth/oauth-clients.settings';
import { configuredProviders } from './oauth/oauth-providers';

/** Sign-in options of the login page. */
export interface SignInOptions {
  /** False: every client is the built-in administrator. */
  isAuthEnabled: boolean;
  /** The page submits the form empty, without asking the user. */
  isTrustedHeader: boolean;
  isLoginFormEnabled: boolean;
  isSignUpEnabled: boolean;
  isLdapEnabled: boolean;
  areApiKeysEnabled: boolean;
  /** Display name by key of each configured identity provider. */
  oauthProviders: Record<string, string>;
}

/** The enabled sign-in methods, for `GET /api/config`. */
@Injectable()
export class SignInOptionsService {
  constructor(
    private readonly auth: AuthSettings,
    private readonly mode: SignInModeSettings,
    private readonly ldap: LdapSettings,
    private readonly clients: OAuthClientsSettings,
  ) {}

  get(): SignInOptions {
    return {
      isAuthEnabled: this.mode.webui_auth,
      isTrustedHeader: this.mode.trusted_email_header !== null,
      isLoginFormEnabled: this.auth.enable_login_form,
      isSignUpEnabled: this.mode.webui_auth && this.auth.enable_signup,
      isLdapEnabled: this.ldap.enable_ldap === true,
      areApiKeysEnabled: this.auth.enable_api_keys,
      oauthProviders: Object.fromEntries(configuredProviders(this.clients).map(({ key, name }) => [key, name])),
    };
  }
}
