import { Injectable } from '@nestjs/common';
import { BadRequestError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import { Transaction } from '../../../platform/database/transaction';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { UsersService } from '../../users/users.service';
import type { AdminDetailsResponse } from '../../auth/auth.dto';
import { AuthSettings } from '../../auth/auth.settings';
import { PublicUrlSettings } from '../../auth/public-url.settings';
import { FoldersSettings } from '../../folders/folders.settings';
import { InterfaceSettings } from '../interface.settings';
import {
  toAdminConfigResponse,
  toAuthChange,
  toInterfaceChange,
  type AdminConfigRequest,
  type AdminConfigResponse,
} from './admin-config.dto';

@Injectable()
export class AdminConfigService {
  constructor(
    private readonly auth: AuthSettings,
    private readonly users: UsersService,
    private readonly store: SettingsStore,
    private readonly transaction: Transaction,
  ) {}

  get(): AdminConfigResponse {
    return toAdminConfigResponse({
      auth: this.auth,
      publicUrl: this.store.live(PublicUrlSettings),
      folders: this.store.live(FoldersSettings),
      ui: this.store.live(InterfaceSettings),
    });
  }

  /** Atomic. @throws BadRequestError for an invalid value, such as a negative duration. */
  async save(request: AdminConfigRequest): Promise<AdminConfigResponse> {
    await this.transaction.run(async () => {
      await this.store.save(AuthSettings, toAuthChange(request));
      await this.store.save(PublicUrlSettings, { url: request.WEBUI_URL });
      await this.store.save(FoldersSettings, { enable: request.ENABLE_FOLDERS });
      await this.store.save(InterfaceSettings, toInterfaceChange(request));
    });
    return this.get();
  }

  /** The administrator that pending accounts ask for approval. @throws BadRequestError while that is disabled. */
  async getDetails(): Promise<AdminDetailsResponse> {
    const { show_admin_details, admin_email: email } = this.auth;
    if (!show_admin_details) throw new BadRequestError(Detail.actionProhibited);
    if (email) return { name: (await this.users.findByEmail(email))?.name ?? null, email };
    const primary = await this.users.findPrimary();
    return { name: primary?.name ?? null, email: primary?.email ?? null };
  }
}
