import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { isAdmin, VERIFIED_ROLES, type Principal } from '../../common/auth/principal';
import { SettingsStore } from '../../platform/settings/settings-store';
import { InterfaceSettings } from '../auth/interface.settings';
import { KnownCallerService } from '../auth/known-caller.service';
import { PermissionsService } from '../groups/permissions.service';
import { ModelsSettings } from '../models/models.settings';
import { UsersService } from '../users/users.service';
import { ABSENT_PARTS } from './absent-features';
import { AppSettings } from './app.settings';
import type { ClientConfigResponse, InterfaceTexts } from './client-config.dto';
import { FeatureFlagsService } from './feature-flags.service';
import { SERVER } from './server-info';

/** `GET /api/config`: the variants for everybody, for accounts that wait for approval, for users and administrators. */
@Injectable()
export class ClientConfigService {
  constructor(
    private readonly settings: AppSettings,
    private readonly store: SettingsStore,
    private readonly callers: KnownCallerService,
    private readonly flags: FeatureFlagsService,
    private readonly users: UsersService,
    private readonly permissions: PermissionsService,
  ) {}

  /** A token that is no good is no error: its sender is a stranger. */
  async getFor(headers: IncomingHttpHeaders): Promise<ClientConfigResponse> {
    const caller = await this.callers.findSession(headers);
    if (!caller) return { ...(await this.onboarding()), ...this.publicPart() };
    if (!VERIFIED_ROLES.includes(caller.role)) return { ...this.accountPart(), ui: this.overlayTexts() };
    return this.verifiedPart(caller);
  }

  private async onboarding(): Promise<Pick<ClientConfigResponse, 'onboarding'>> {
    return (await this.users.hasUsers()) ? {} : { onboarding: true };
  }

  private publicPart(): ClientConfigResponse {
    const { name, interface_version, default_locale } = this.settings;
    const oauth = { providers: this.flags.oauthProviders() };
    return { status: true, name, version: interface_version, default_locale, oauth, features: this.flags.forAll() };
  }

  private accountPart(): ClientConfigResponse {
    return { ...this.publicPart(), features: this.flags.forAccounts() };
  }

  private async verifiedPart(caller: Principal): Promise<ClientConfigResponse> {
    const { default_models, default_pinned_models } = this.store.live(ModelsSettings);
    return {
      ...this.accountPart(),
      default_models,
      default_pinned_models,
      default_prompt_suggestions: this.settings.prompt_suggestions,
      user_count: await this.users.count(),
      ...ABSENT_PARTS,
      permissions: this.permissions.getDefaults(),
      ui: { ...this.overlayTexts(), response_watermark: this.store.live(InterfaceSettings).RESPONSE_WATERMARK },
      license_metadata: null,
      ...(isAdmin(caller) && { active_entries: null }),
      server: SERVER,
    };
  }

  private overlayTexts(): InterfaceTexts {
    const { PENDING_USER_OVERLAY_TITLE, PENDING_USER_OVERLAY_CONTENT } = this.store.live(InterfaceSettings);
    return {
      pending_user_overlay_title: PENDING_USER_OVERLAY_TITLE,
      pending_user_overlay_content: PENDING_USER_OVERLAY_CONTENT,
    };
  }
}
