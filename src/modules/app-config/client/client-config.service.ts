import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { isAdmin, VERIFIED_ROLES, type Principal } from '../../../common/auth/principal';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { InterfaceSettings } from '../interface.settings';
import { CredentialCheckService } from '../../auth/guards/credential-check.service';
import { CodeExecutionSettings, clientEngineOf } from '../../code/code.settings';
import { PermissionsService } from '../../groups/permissions/permissions.service';
import { DrivesSettings } from '../../files/drives.settings';
import { FilesSettings } from '../../files/files.settings';
import { ModelsSettings } from '../../models/models.settings';
import { UsersService } from '../../users/users.service';
import { ABSENT_PARTS } from '../absent-features';
import { AppSettings } from '../app.settings';
import type { ClientConfigResponse, InterfaceTexts } from './client-config.dto';
import { FeatureFlagsService } from './feature-flags.service';
import { SERVER } from '../server/version.service';

/** `GET /api/config`: variants for anonymous clients, pending accounts, users and administrators. */
@Injectable()
export class ClientConfigService {
  constructor(
    private readonly settings: AppSettings,
    private readonly store: SettingsStore,
    private readonly principals: CredentialCheckService,
    private readonly flags: FeatureFlagsService,
    private readonly users: UsersService,
    private readonly permissions: PermissionsService,
  ) {}

  /** An invalid token is not an error: the response has the public part. */
  async getFor(headers: IncomingHttpHeaders): Promise<ClientConfigResponse> {
    const principal = await this.principals.findSession(headers);
    if (!principal) return { ...(await this.onboarding()), ...this.publicPart() };
    if (!VERIFIED_ROLES.includes(principal.role)) return { ...this.accountPart(), ui: this.overlayTexts() };
    return this.verifiedPart(principal);
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

  private async verifiedPart(principal: Principal): Promise<ClientConfigResponse> {
    const { default_models, default_pinned_models } = this.store.live(ModelsSettings);
    return {
      ...this.accountPart(),
      default_models,
      default_pinned_models,
      default_prompt_suggestions: this.settings.prompt_suggestions,
      user_count: await this.users.count(),
      ...this.fileParts(),
      code: { engine: clientEngineOf(this.store.live(CodeExecutionSettings)) },
      ...ABSENT_PARTS,
      permissions: this.permissions.getDefaults(),
      ui: { ...this.overlayTexts(), response_watermark: this.store.live(InterfaceSettings).response_watermark },
      license_metadata: null,
      ...(isAdmin(principal) && { active_entries: null }),
      server: SERVER,
    };
  }

  private fileParts(): Pick<ClientConfigResponse, 'file' | 'google_drive' | 'onedrive'> {
    const files = this.store.live(FilesSettings);
    const drives = this.store.live(DrivesSettings);
    return {
      file: {
        max_size: files.file_max_size,
        max_count: files.file_max_count,
        image_compression: {
          width: files.file_image_compression_width,
          height: files.file_image_compression_height,
        },
      },
      google_drive: { client_id: drives.google_drive_client_id, api_key: drives.google_drive_api_key },
      onedrive: {
        client_id_personal: drives.onedrive_client_id_personal,
        client_id_business: drives.onedrive_client_id_business,
        sharepoint_url: drives.onedrive_sharepoint_url,
        sharepoint_tenant_id: drives.onedrive_sharepoint_tenant_id,
      },
    };
  }

  private overlayTexts(): InterfaceTexts {
    const { pending_user_overlay_title, pending_user_overlay_content } = this.store.live(InterfaceSettings);
    return { pending_user_overlay_title, pending_user_overlay_content };
  }
}
