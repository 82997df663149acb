import { Injectable } from '@nestjs/common';
import { EventBus } from '../../platform/events/event-bus';
import type { Account } from '../users/users.types';
import { AccountsService, type NewAccount } from './accounts.service';
import { UserSignedUp } from './auth.events';
import { AuthSettings } from './auth.settings';
import { FirstAccountService } from './first-account.service';

/** Accounts of people who come by themselves, from another system. */
@Injectable()
export class NewcomersService {
  constructor(
    private readonly firstAccount: FirstAccountService,
    private readonly accounts: AccountsService,
    private readonly settings: AuthSettings,
    private readonly events: EventBus,
  ) {}

  /** The very first account becomes administrator, and closes sign-up. `isSignUp`: told to those who ask for sign-ups. */
  async create(account: Omit<NewAccount, 'role'>, { isSignUp }: { isSignUp: boolean }): Promise<Account> {
    const first = await this.firstAccount.createIfFirst(account);
    const user = first ?? (await this.accounts.create({ ...account, role: this.settings.DEFAULT_USER_ROLE }));
    if (isSignUp) this.events.publish(new UserSignedUp(user.id));
    return user;
  }
}
