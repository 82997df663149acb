import { Injectable } from '@nestjs/common';
import { isAdmin } from '../../../common/auth/principal';
import { AppError, BadRequestError, ForbiddenError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import { isImageUrl } from '../../../common/util/image-url';
import { storable } from '../../../common/util/json';
import { MAX_NAME } from '../../../common/validation/lengths';
import { Transaction } from '../../../platform/database/transaction';
import { GroupSyncService, type GroupSync } from '../../groups/group-sync.service';
import { UsersService } from '../../users/users.service';
import type { Account } from '../../users/users.types';
import { AuthDetail } from '../auth.errors';
import { AuthSettings } from '../auth.settings';
import { AccountsService } from './accounts.service';
import { isEmail, normalizeEmail } from './email';
import { ExternalIdentityRepository, type ExternalIdentity } from './external-identity.repository';
import { RegistrationService } from './registration.service';

/** The profile of a user that another system authenticated. */
export interface ExternalProfile {
  email: string;
  name: string;
  profileImageUrl?: string | null;
}

/** Allowed actions when an identity signs in for the first time. */
export interface ResolveRules {
  /** Take over the account that has the address. */
  mayMerge: boolean;
  /** Create an account. */
  mayCreate: boolean;
  /** Publish `UserSignedUp` for a new account. */
  isSignUp: boolean;
  /** Subjects to which the provider's account may have been linked before; the first one found is replaced. */
  formerSubjects?: readonly string[];
}

/** Accounts of users that another system authenticates, created at their first sign-in even when sign-up is closed. */
@Injectable()
export class ExternalAccountsService {
  constructor(
    private readonly users: UsersService,
    private readonly accounts: AccountsService,
    private readonly registration: RegistrationService,
    private readonly identities: ExternalIdentityRepository,
    private readonly groups: GroupSyncService,
    private readonly settings: AuthSettings,
    private readonly transaction: Transaction,
  ) {}

  /**
   * By e-mail address, for systems that are trusted to name it. Concurrent first sign-ins find the same account.
   * @throws BadRequestError for an invalid address.
   */
  async findOrCreate(profile: ExternalProfile): Promise<Account> {
    return (await this.users.findByEmail(profile.email)) ?? this.createOrFind(profile);
  }

  /** The account that is linked to the identity. */
  async find(identity: ExternalIdentity): Promise<Account | null> {
    const userId = await this.identities.findUserId(identity);
    return userId === null ? null : this.users.find(userId);
  }

  /**
   * By identity, for systems where an address may change or be reassigned. Links or creates an account as `rules` allow.
   * @throws BadRequestError when another account has the address or it is invalid, ForbiddenError when no account may be
   * created.
   */
  async resolve(identity: ExternalIdentity, profile: ExternalProfile, rules: ResolveRules): Promise<Account> {
    const known = await this.find(identity);
    if (known) return known;
    return this.transaction.run(async () => {
      await this.identities.lock(identity);
      const userId =
        (await this.identities.findUserId(identity)) ??
        (await this.relink(identity, rules)) ??
        (await this.assign(identity, profile, rules));
      return this.users.get(userId);
    });
  }

  /** @throws BadRequestError for a deactivated account. */
  async assertActive(user: Account): Promise<void> {
    if (!(await this.accounts.isActive(user.id))) throw new BadRequestError(AuthDetail.invalidCredentials);
  }

  /**
   * Makes the memberships equal to those of the other system, except for administrators and the default group
   * (docs/adr/0011-groups-from-other-systems.md).
   */
  async syncGroups(user: Account, sync: GroupSync): Promise<void> {
    if (isAdmin(user)) return;
    await this.groups.sync(user.id, { untouchedIds: [this.settings.default_group_id], ...sync });
  }

  private async relink(
    { provider, subject }: ExternalIdentity,
    { formerSubjects = [] }: ResolveRules,
  ): Promise<string | null> {
    for (const former of formerSubjects) {
      const userId = await this.identities.relink({ provider, subject: former }, subject);
      if (userId !== null) return userId;
    }
    return null;
  }

  private async assign(identity: ExternalIdentity, profile: ExternalProfile, rules: ResolveRules): Promise<string> {
    const owner = await this.users.findByEmail(profile.email);
    if (owner && !rules.mayMerge) throw new BadRequestError(AuthDetail.emailTaken);
    if (!owner && !rules.mayCreate) throw new ForbiddenError(Detail.accessProhibited);
    const { id } = owner ?? (await this.create(profile, rules));
    if (!(await this.identities.link(id, identity))) throw new BadRequestError(AuthDetail.emailTaken);
    return id;
  }

  private create(profile: ExternalProfile, { isSignUp }: Pick<ResolveRules, 'isSignUp'>): Promise<Account> {
    return this.registration.register({ ...withinBounds(profile), passwordHash: null }, { isSignUp });
  }

  private async createOrFind(profile: ExternalProfile): Promise<Account> {
    try {
      return await this.create(profile, { isSignUp: true });
    } catch (error) {
      const winner = error instanceof AppError ? await this.users.findByEmail(profile.email) : null;
      if (!winner) throw error;
      return winner;
    }
  }
}

/**
 * Applies the limits of the sign-up form: a long name is truncated and an unsuitable picture dropped, since the user
 * cannot correct them. @throws BadRequestError for an invalid address.
 */
function withinBounds({ email, name, profileImageUrl }: ExternalProfile): ExternalProfile {
  if (!isEmail(normalizeEmail(email))) throw new BadRequestError(AuthDetail.invalidCredentials);
  const cutName = storable(name)
    .slice(0, MAX_NAME)
    .replace(/[\uD800-\uDBFF]$/, '');
  return { email, name: cutName || email, profileImageUrl: isImageUrl(profileImageUrl ?? '') ? profileImageUrl : null };
}
