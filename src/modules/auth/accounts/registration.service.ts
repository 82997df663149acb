import { Injectable } from '@nestjs/common';
import { ForbiddenError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import { Transaction } from '../../../platform/database/transaction';
import { EventBus } from '../../../platform/events/event-bus';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { UsersService } from '../../users/users.service';
import type { Account } from '../../users/users.types';
import { UserSignedUp } from '../auth.events';
import { AuthSettings, SignInModeSettings } from '../auth.settings';
import { AccountsService, type NewAccount } from './accounts.service';

export type Registration = Omit<NewAccount, 'role'>;

/** Accounts that were not created by an administrator. The first one becomes administrator and closes sign-up. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly users: UsersService,
    private readonly accounts: AccountsService,
    private readonly settings: AuthSettings,
    private readonly mode: SignInModeSettings,
    private readonly store: SettingsStore,
    private readonly transaction: Transaction,
    private readonly events: EventBus,
  ) {}

  /** `isFirst`: the next account is the first one. @throws ForbiddenError while sign-up is closed. */
  async assertSignUpOpen(): Promise<{ isFirst: boolean }> {
    const isFirst = !(await this.users.hasUsers());
    // Read after the accounts: a request that sees the first account must also see that it closed sign-up.
    await this.store.refresh(AuthSettings);
    const { enable_signup, enable_login_form, enable_initial_admin_signup } = this.settings;
    const isOffered = this.mode.webui_auth ? enable_signup && enable_login_form : isFirst;
    const isOpen = isOffered || (isFirst && enable_initial_admin_signup);
    if (!isOpen) throw new ForbiddenError(Detail.accessProhibited);
    return { isFirst };
  }

  /**
   * By the sign-up form. `isFirst`: as `assertSignUpOpen` found it.
   * @throws ForbiddenError when a concurrent sign-up became the first account, since that closed sign-up.
   */
  async signUp(account: Registration, { isFirst }: { isFirst: boolean }): Promise<Account> {
    const user = isFirst ? await this.registerFirst(account) : await this.createWithDefaultRole(account);
    if (!user) throw new ForbiddenError(Detail.accessProhibited);
    this.events.publish(new UserSignedUp(user.id));
    return user;
  }

  /** At the first sign-in through another system, even when sign-up is closed. `isSignUp`: publish `UserSignedUp`. */
  async register(account: Registration, { isSignUp }: { isSignUp: boolean }): Promise<Account> {
    const user = (await this.registerFirst(account)) ?? (await this.createWithDefaultRole(account));
    if (isSignUp) this.events.publish(new UserSignedUp(user.id));
    return user;
  }

  /** Creates the administrator and closes sign-up, in one transaction. Null when an account exists already. */
  async registerFirst(account: Registration): Promise<Account | null> {
    if (await this.users.hasUsers()) return null;
    return this.transaction.run(async () => {
      await this.users.lockFirst();
      if (await this.users.hasUsers()) return null;
      await this.store.save(AuthSettings, { enable_signup: false });
      return this.accounts.create({ ...account, role: 'admin' });
    });
  }

  private createWithDefaultRole(account: Registration): Promise<Account> {
    return this.accounts.create({ ...account, role: this.settings.default_user_role });
  }
}
