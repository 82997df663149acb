import { Injectable } from '@nestjs/common';
import { Env } from '../../../platform/env/env';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { InterfaceSettings } from '../interface.settings';
import { SignInOptionsService } from '../../auth/sign-in-options.service';
import { ChatsSettings } from '../../chats/chats.settings';
import { CodeExecutionSettings, CodeInterpreterSettings } from '../../code/code.settings';
import { DirectConnectionsSettings } from '../../completions/completions.settings';
import { DrivesSettings } from '../../files/drives.settings';
import { FoldersSettings } from '../../folders/folders.settings';
import { WebSearchSettings } from '../../retrieval/web/web-search.settings';
import { ABSENT_FLAGS } from '../absent-features';
import { AppSettings } from '../app.settings';
import type { FeatureFlags } from './client-config.dto';
import { VersionService } from '../server/version.service';

/** The feature flags of `GET /api/config`. */
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

  /** The flags of the login page. */
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
      enable_folders: this.store.live(FoldersSettings).enable,
      enable_web_search: this.store.live(WebSearchSettings).enable_web_search,
      enable_code_execution: this.store.live(CodeExecutionSettings).enable,
      enable_code_interpreter: this.store.live(CodeInterpreterSettings).enable,
      enable_community_sharing: ui.enable_community_sharing,
      enable_message_rating: ui.enable_message_rating,
      enable_notes: ui.enable_notes,
      enable_user_webhooks: ui.enable_user_webhooks,
      enable_admin_export: this.store.live(ChatsSettings).enable_admin_export,
      enable_admin_chat_access: this.store.live(ChatsSettings).enable_admin_chat_access,
      ...this.driveFlags(),
      ...ABSENT_FLAGS,
    };
  }

  private driveFlags(): Partial<FeatureFlags> {
    const drives = this.store.live(DrivesSettings);
    const { enable_onedrive_integration, enable_onedrive_personal, enable_onedrive_business } = drives;
    return {
      enable_google_drive_integration: drives.enable_google_drive_integration,
      enable_onedrive_integration,
      ...(enable_onedrive_integration && { enable_onedrive_personal, enable_onedrive_business }),
    };
  }
}
