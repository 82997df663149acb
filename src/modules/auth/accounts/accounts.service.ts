import { timeOrderedId } from '../../../common/util/time-ordered-id';
import { Injectable } from '@nestjs/common';
import { isDemotion, type Principal, type Role } from '../../../common/auth/principal';
import { BadRequestError, ForbiddenError } from '../../../common/errors/app-error';
import { isUniqueViolation } from '../../../platform/database/database';
import { Transaction } from '../../../platform/database/transaction';
import { GroupsService } from '../../groups/groups.service';
import { toManagedUserResponse, type UserResponse } from '../../users/users.dto';
import { UsersService } from '../../users/users.service';
import type { Account } from '../../users/users.types';
import { AuthDetail } from '../auth.errors';
import { AuthSettings } from '../auth.settings';
import { CredentialRepository } from '../passwords/credential.repository';
import { PasswordService } from '../passwords/password.service';
import { SessionService } from '../sessions/session.service';
import type { UpdateUserRequest } from './accounts.dto';
import { isEmail, normalizeEmail } from './email';

export interface NewAccount {
  name: string;
  email: string;
  role: Role;
  profileImageUrl?: string | null;
  /** Null for an account without a local password. */
  passwordHash: string | null;
}

/** Creates, changes and deletes accounts together with their credentials. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly users: UsersService,
    private readonly groups: GroupsService,
    private readonly credentials: CredentialRepository,
    private readonly passwords: PasswordService,
    private readonly sessions: SessionService,
    private readonly settings: AuthSettings,
    private readonly transaction: Transaction,
  ) {}

  /** Adds the default group. @throws BadRequestError when the address is taken. */
  async create({ passwordHash, ...account }: NewAccount): Promise<Account> {
    const id = timeOrderedId();
    return withTakenEmail(() =>
      this.transaction.run(async () => {
        await this.users.create({ ...account, id, email: normalizeEmail(account.email) });
        await this.credentials.insert(id, passwordHash);
        await this.groups.join(this.settings.default_group_id, id);
        return this.users.get(id);
      }),
    );
  }

  /** False for a deactivated account. */
  async isActive(id: string): Promise<boolean> {
    return (await this.credentials.find(id))?.isActive ?? true;
  }

  /** @throws BadRequestError for a malformed address, or one of another account than `ownerId`. */
  async assertEmailFree(email: string, ownerId?: string): Promise<void> {
    if (!isEmail(normalizeEmail(email))) throw new BadRequestError(AuthDetail.invalidEmailFormat);
    const owner = await this.users.findByEmail(email);
    if (owner && owner.id !== ownerId) throw new BadRequestError(AuthDetail.emailTaken);
  }

  /**
   * By an administrator. Only the first account itself may change the first account, and it remains administrator. A
   * demotion or a new password ends the sessions of the account; after a new password, the principal's own session
   * remains valid.
   */
  async update(principal: Principal, id: string, request: UpdateUserRequest): Promise<UserResponse> {
    await this.assertNotPrimary(id, principal.id === id && request.role === 'admin');
    const { email } = await this.users.get(id);
    if (normalizeEmail(request.email) !== email) await this.assertEmailFree(request.email, id);
    const passwordHash = request.password ? await this.passwords.hashNew(request.password) : null;
    const { role, name, profile_image_url: profileImageUrl } = request;
    const change = { role, name, profileImageUrl, email: normalizeEmail(request.email) };
    return withTakenEmail(() =>
      this.transaction.run(async () => {
        const { role: before } = await this.users.getForUpdate(id);
        if (passwordHash) await this.credentials.setPassword(id, passwordHash);
        if (isDemotion(before, role)) await this.sessions.revokeAll(id);
        else if (passwordHash !== null) await this.sessions.revokeAll(id, principal);
        await this.users.update(id, change);
        return toManagedUserResponse(await this.users.getWhole(id));
      }),
    );
  }

  /** A demotion ends all sessions; after a promotion they remain valid. */
  async setRole(id: string, role: Role): Promise<Account> {
    return this.transaction.run(async () => {
      const { role: before } = await this.users.getForUpdate(id);
      if (isDemotion(before, role)) await this.sessions.revokeAll(id);
      return this.users.update(id, { role });
    });
  }

  /**
   * By an administrator, who takes over the rows that the account shared. The principal's own account and the first one
   * are refused.
   */
  async delete(principal: Principal, id: string): Promise<boolean> {
    if (principal.id === id) throw new ForbiddenError();
    await this.transaction.run(async () => {
      await this.assertNotPrimary(id, false);
      await this.sessions.revokeAll(id);
      await this.groups.leaveAll(id);
      await this.users.delete(id, principal.id);
    });
    return true;
  }

  private async assertNotPrimary(id: string, isAllowed: boolean): Promise<void> {
    const primary = await this.users.findPrimary();
    if (primary?.id === id && !isAllowed) throw new ForbiddenError();
  }
}

/** Concurrent requests may find the same address unused: the unique index decides. */
async function withTakenEmail<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error, 'user_email')) throw new BadRequestError(AuthDetail.emailTaken);
    throw error;
  }
}
