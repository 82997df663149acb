import { Injectable } from '@nestjs/common';
import { AuthSettings } from './auth.settings';
import { LdapSettings } from './ldap/ldap.settings';
import { OAuthClientsSettings } from './oauth/oauth-clients.settings';
import { configuredProviders } from './oauth/oauth-providers';
import { SignInModeSettings } from './sign-in-mode.settings';

/** What a login page offers. */
export interface SignInOptions {
  /** False: everybody is the built-in administrator. */
  isAuthEnabled: boolean;
  /** The page signs in by itself, with an empty form. */
  isTrustedHeader: boolean;
  isLoginFormEnabled: boolean;
  isSignUpEnabled: boolean;
  isLdapEnabled: boolean;
  areApiKeysEnabled: boolean;
  /** Display name by key of each configured identity provider. */
  oauthProviders: Record<string, string>;
}

/** For those who tell clients how to sign in (`GET /api/config`). */
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
      isAuthEnabled: this.mode.WEBUI_AUTH,
      isTrustedHeader: this.mode.trusted_email_header !== null,
      isLoginFormEnabled: this.auth.ENABLE_LOGIN_FORM,
      isSignUpEnabled: this.mode.WEBUI_AUTH && this.auth.ENABLE_SIGNUP,
      isLdapEnabled: this.ldap.ENABLE_LDAP === true,
      areApiKeysEnabled: this.auth.ENABLE_API_KEYS,
      oauthProviders: Object.fromEntries(configuredProviders(this.clients).map(({ key, name }) => [key, name])),
    };
  }
}
