import { Injectable } from '@nestjs/common';
import { Env } from '../../platform/env/env';
import { SettingsStore } from '../../platform/settings/settings-store';
import { InterfaceSettings } from '../auth/interface.settings';
import { SignInOptionsService } from '../auth/sign-in-options.service';
import { ChatsSettings } from '../chats/chats.settings';
import { DirectConnectionsSettings } from '../completions/completions.settings';
import { ABSENT_FLAGS } from './absent-features';
import { AppSettings } from './app.settings';
import type { FeatureFlags } from './client-config.dto';
import { VersionService } from './version.service';

/** The switches of `GET /api/config`. */
@Injectable()
export class FeatureFlagsService {
  constructor(
    private readonly settings: AppSettings,
    private readonly store: SettingsStore,
    private readonly signIn: SignInOptionsService,
    private readonly versions: VersionService,
    private readonly env: Env,
  ) {}

  oauthProviders(): Record<string, string> {
    return this.signIn.get().oauthProviders;
  }

  /** What a login page needs. */
  forAll(): FeatureFlags {
    const signIn = this.signIn.get();
    return {
      auth: signIn.isAuthEnabled,
      auth_trusted_header: signIn.isTrustedHeader,
      enable_signup_password_confirmation: this.settings.has_password_confirmation,
      enable_ldap: signIn.isLdapEnabled,
      enable_api_keys: signIn.areApiKeysEnabled,
      enable_signup: signIn.isSignUpEnabled,
      enable_login_form: signIn.isLoginFormEnabled,
      enable_websocket: this.env.isWebsocketEnabled,
      enable_version_update_check: this.versions.isUpdateCheckEnabled,
    };
  }

  forAccounts(): FeatureFlags {
    const ui = this.store.live(InterfaceSettings);
    return {
      ...this.forAll(),
      enable_direct_connections: this.store.live(DirectConnectionsSettings).enable,
      enable_folders: ui.ENABLE_FOLDERS,
      // Code blocks run in the browser.
      enable_code_execution: true,
      enable_community_sharing: ui.ENABLE_COMMUNITY_SHARING,
      enable_user_webhooks: ui.ENABLE_USER_WEBHOOKS,
      enable_admin_export: this.store.live(ChatsSettings).enable_admin_export,
      enable_admin_chat_access: this.store.live(ChatsSettings).enable_admin_chat_access,
      ...ABSENT_FLAGS,
    };
  }
}
