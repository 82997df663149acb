import { Injectable } from '@nestjs/common';
import { ForbiddenError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { Transaction } from '../../platform/database/transaction';
import { SettingsStore } from '../../platform/settings/settings-store';
import { UsersService } from '../users/users.service';
import type { Account } from '../users/users.types';
import { AccountsService, type NewAccount } from './accounts.service';
import { AuthSettings } from './auth.settings';
import { SignInModeSettings } from './sign-in-mode.settings';

/** The account that makes an installation somebody's. */
@Injectable()
export class FirstAccountService {
  constructor(
    private readonly users: UsersService,
    private readonly accounts: AccountsService,
    private readonly settings: AuthSettings,
    private readonly mode: SignInModeSettings,
    private readonly store: SettingsStore,
    private readonly transaction: Transaction,
  ) {}

  /** Whether the next account is the first one. @throws ForbiddenError where nobody may sign up for it. */
  async isNext(): Promise<boolean> {
    const isNext = !(await this.users.hasUsers());
    // In this order: whoever sees the first account also sees that it closed sign-up.
    await this.store.refresh(AuthSettings);
    const { ENABLE_SIGNUP, ENABLE_LOGIN_FORM, ENABLE_INITIAL_ADMIN_SIGNUP } = this.settings;
    const isOffered = this.mode.WEBUI_AUTH ? ENABLE_SIGNUP && ENABLE_LOGIN_FORM : isNext;
    const isOpen = isOffered || (isNext && ENABLE_INITIAL_ADMIN_SIGNUP);
    if (!isOpen) throw new ForbiddenError(Detail.accessProhibited);
    return isNext;
  }

  /**
   * Makes the administrator and closes sign-up, both or neither. Of many who try at once, one succeeds.
   * @throws ForbiddenError for the others: sign-up is closed by then.
   */
  async create(account: Omit<NewAccount, 'role'>): Promise<Account> {
    const user = await this.createIfFirst(account);
    if (!user) throw new ForbiddenError(Detail.accessProhibited);
    return user;
  }

  /** As `create`; null when there is an account already. */
  async createIfFirst(account: Omit<NewAccount, 'role'>): Promise<Account | null> {
    if (await this.users.hasUsers()) return null;
    return this.transaction.run(async () => {
      await this.users.lockFirst();
      if (await this.users.hasUsers()) return null;
      await this.store.save(AuthSettings, { ENABLE_SIGNUP: false });
      return this.accounts.create({ ...account, role: 'admin' });
    });
  }
}
