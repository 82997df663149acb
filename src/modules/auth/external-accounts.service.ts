import { Injectable } from '@nestjs/common';
import { isAdmin } from '../../common/auth/principal';
import { AppError, BadRequestError, ForbiddenError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { Transaction } from '../../platform/database/transaction';
import { GroupSyncService, type GroupSync } from '../groups/group-sync.service';
import type { Account } from '../users/users.types';
import { UsersService } from '../users/users.service';
import { AccountsService } from './accounts.service';
import { AuthSettings } from './auth.settings';
import { ExternalIdentityRepository, type ExternalKey } from './external-identity.repository';
import { NewcomersService } from './newcomers.service';

/** Somebody whom another system authenticated. */
export interface ExternalPerson {
  /** Lower case. */
  email: string;
  name: string;
  profileImageUrl?: string | null;
}

/** What a first visit of an identity may do. */
export interface ResolveRules {
  /** Take over the account that has the address. */
  mayMerge: boolean;
  /** Make an account. */
  mayCreate: boolean;
  /** Tell of a new account as of a sign-up. */
  isSignUp: boolean;
}

/** Accounts of people who sign in elsewhere: made at their first visit, whatever the sign-up switch says. */
@Injectable()
export class ExternalAccountsService {
  constructor(
    private readonly users: UsersService,
    private readonly accounts: AccountsService,
    private readonly newcomers: NewcomersService,
    private readonly identities: ExternalIdentityRepository,
    private readonly groups: GroupSyncService,
    private readonly settings: AuthSettings,
    private readonly transaction: Transaction,
  ) {}

  /** For systems whose word on an address is enough. Two first visits at once find the same account. */
  async findOrCreate(person: ExternalPerson): Promise<Account> {
    return (await this.users.findByEmail(person.email)) ?? this.createOrFind(person);
  }

  /** The account of somebody who was here before. */
  async find(key: ExternalKey): Promise<Account | null> {
    const userId = await this.identities.findUserId(key);
    return userId === null ? null : this.users.find(userId);
  }

  /**
   * For systems that have identities of their own: an address may change, or go over to somebody else.
   * @throws BadRequestError when the address is somebody else's, ForbiddenError when no account may be made.
   */
  async resolve(key: ExternalKey, person: ExternalPerson, rules: ResolveRules): Promise<Account> {
    const known = await this.find(key);
    if (known) return known;
    return this.transaction.run(async () => {
      await this.identities.lock(key);
      const winnerId = await this.identities.findUserId(key);
      const userId = winnerId ?? (await this.assign(key, person, rules));
      return this.users.get(userId);
    });
  }

  /** @throws BadRequestError for a locked account. */
  async assertActive(user: Account): Promise<void> {
    if (!(await this.accounts.isActive(user.id))) throw new BadRequestError(Detail.invalidCredentials);
  }

  /**
   * Makes the memberships those of the other system. Not for administrators, and not for the group that everybody joins
   * here (docs/adr/0013-groups-from-other-systems.md).
   */
  async syncGroups(user: Account, sync: GroupSync): Promise<void> {
    if (isAdmin(user)) return;
    await this.groups.sync(user.id, { untouchedIds: [this.settings.DEFAULT_GROUP_ID], ...sync });
  }

  private async assign(key: ExternalKey, person: ExternalPerson, rules: ResolveRules): Promise<string> {
    const owner = await this.users.findByEmail(person.email);
    if (owner && !rules.mayMerge) throw new BadRequestError(Detail.emailTaken);
    if (!owner && !rules.mayCreate) throw new ForbiddenError(Detail.accessProhibited);
    const { id } = owner ?? (await this.create(person, rules));
    if (!(await this.identities.link(id, key))) throw new BadRequestError(Detail.emailTaken);
    return id;
  }

  private create(person: ExternalPerson, { isSignUp }: Pick<ResolveRules, 'isSignUp'>): Promise<Account> {
    return this.newcomers.create({ ...person, passwordHash: null }, { isSignUp });
  }

  private async createOrFind(person: ExternalPerson): Promise<Account> {
    try {
      return await this.create(person, { isSignUp: true });
    } catch (error) {
      const winner = error instanceof AppError ? await this.users.findByEmail(person.email) : null;
      if (!winner) throw error;
      return winner;
    }
  }
}
