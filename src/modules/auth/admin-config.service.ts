import { Injectable } from '@nestjs/common';
import { BadRequestError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { Transaction } from '../../platform/database/transaction';
import { SettingsStore } from '../../platform/settings/settings-store';
import { UsersService } from '../users/users.service';
import {
  toAdminConfigResponse,
  toAuthChange,
  toInterfaceChange,
  type AdminConfigRequest,
  type AdminConfigResponse,
} from './admin-config.dto';
import type { AdminDetailsResponse } from './auth.dto';
import { AuthSettings } from './auth.settings';
import { InterfaceSettings } from './interface.settings';

@Injectable()
export class AdminConfigService {
  constructor(
    private readonly auth: AuthSettings,
    private readonly ui: InterfaceSettings,
    private readonly users: UsersService,
    private readonly store: SettingsStore,
    private readonly transaction: Transaction,
  ) {}

  get(): AdminConfigResponse {
    return toAdminConfigResponse(this.auth, this.ui);
  }

  /** All or nothing. @throws BadRequestError for a value that is not allowed, such as a negative duration. */
  async save(request: AdminConfigRequest): Promise<AdminConfigResponse> {
    await this.transaction.run(async () => {
      await this.store.save(AuthSettings, toAuthChange(request));
      await this.store.save(InterfaceSettings, toInterfaceChange(request));
    });
    return this.get();
  }

  /** Whom to ask for approval. @throws BadRequestError where that is switched off. */
  async getDetails(): Promise<AdminDetailsResponse> {
    const { SHOW_ADMIN_DETAILS, ADMIN_EMAIL: email } = this.auth;
    if (!SHOW_ADMIN_DETAILS) throw new BadRequestError(Detail.actionProhibited);
    if (email) return { name: (await this.users.findByEmail(email))?.name ?? null, email };
    const primary = await this.users.findPrimary();
    return { name: primary?.name ?? null, email: primary?.email ?? null };
  }
}
