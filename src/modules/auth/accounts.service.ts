import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal, Role } from '../../common/auth/principal';
import { BadRequestError, ForbiddenError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { isUniqueViolation } from '../../platform/database/database';
import { Transaction } from '../../platform/database/transaction';
import { GroupsService } from '../groups/groups.service';
import { toUserResponse, type UserResponse } from '../users/users.dto';
import { UsersService } from '../users/users.service';
import type { Account } from '../users/users.types';
import type { UpdateUserRequest } from './accounts.dto';
import { AuthSettings } from './auth.settings';
import { CredentialRepository } from './credential.repository';
import { isEmail, normalizeEmail } from './email';
import { PasswordService } from './password.service';
import { SessionService } from './session.service';

export interface NewAccount {
  name: string;
  email: string;
  role: Role;
  profileImageUrl?: string | null;
  /** Null for an account that signs in elsewhere. */
  passwordHash: string | null;
}

/** Accounts and how they sign in, changed together. */
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

  /** With the default group. @throws BadRequestError when the address belongs to somebody. */
  async create({ passwordHash, ...account }: NewAccount): Promise<Account> {
    const id = randomUUID();
    return withTakenEmail(() =>
      this.transaction.run(async () => {
        await this.users.create({ ...account, id, email: normalizeEmail(account.email) });
        await this.credentials.insert(id, passwordHash);
        await this.groups.join(this.settings.DEFAULT_GROUP_ID, id);
        return this.users.get(id);
      }),
    );
  }

  /** False for a locked account. */
  async isActive(id: string): Promise<boolean> {
    return (await this.credentials.find(id))?.isActive ?? true;
  }

  /** @throws BadRequestError for a malformed address, or one that belongs to somebody else than `ownerId`. */
  async assertEmailFree(email: string, ownerId?: string): Promise<void> {
    if (!isEmail(normalizeEmail(email))) throw new BadRequestError(Detail.invalidEmailFormat);
    const owner = await this.users.findByEmail(email);
    if (owner && owner.id !== ownerId) throw new BadRequestError(Detail.emailTaken);
  }

  /**
   * By an administrator. The account that was created first is changed by nobody else, and stays administrator. A new
   * role or password ends all sessions of the account.
   */
  async update(principal: Principal, id: string, request: UpdateUserRequest): Promise<UserResponse> {
    await this.assertNotPrimary(id, principal.id === id && request.role === 'admin');
    await this.users.get(id);
    await this.assertEmailFree(request.email, id);
    const passwordHash = request.password ? await this.passwords.hashNew(request.password) : null;
    const { role, name, profile_image_url: profileImageUrl } = request;
    const change = { role, name, profileImageUrl, email: normalizeEmail(request.email) };
    return withTakenEmail(() =>
      this.transaction.run(async () => {
        const { role: before } = await this.users.getForUpdate(id);
        if (passwordHash) await this.credentials.setPassword(id, passwordHash);
        if (passwordHash !== null || role !== before) await this.sessions.revokeAll(id);
        await this.users.update(id, change);
        return toUserResponse(await this.users.getWhole(id));
      }),
    );
  }

  /** By an administrator, who inherits what the account shared; never the own account or the first one. */
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

/** Two requests may find the same address free: the index decides. */
async function withTakenEmail<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error, 'user_email')) throw new BadRequestError(Detail.emailTaken);
    throw error;
  }
}
