import { Injectable, Logger } from '@nestjs/common';
import { BadRequestError } from '../../../common/errors/app-error';

import type { Account } from '../../users/users.types';
import { ExternalAccountsService } from '../accounts/external-accounts.service';
import type { SessionUserResponse } from '../auth.dto';
import type { RequestOrigin } from '../guards/request-origin';
import { AttemptsService } from '../passwords/attempts.service';
import { PasswordService } from '../passwords/password.service';
import { SessionResponseService, type SessionResponse } from '../sessions/session-response.service';
import { groupNamesOf, normalizeUsername, type DirectoryEntry } from './directory-entry';
import { LdapDirectoryService } from './ldap-directory.service';
import type { LdapSignInRequest } from './ldap.dto';
import { LdapSettings } from './ldap.settings';
import { AuthDetail } from '../auth.errors';

const PROVIDER = 'ldap';

/** Sign-in with a directory password (docs/adr/0012-directory-accounts.md). */
@Injectable()
export class LdapSignInService {
  private readonly logger = new Logger(LdapSignInService.name);

  constructor(
    private readonly settings: LdapSettings,
    private readonly passwords: PasswordService,
    private readonly attempts: AttemptsService,
    private readonly directory: LdapDirectoryService,
    private readonly accounts: ExternalAccountsService,
    private readonly responses: SessionResponseService,
  ) {}

  /** @throws BadRequestError, ForbiddenError, TooManyRequestsError */
  async signIn(
    { user, password }: LdapSignInRequest,
    { address, headers }: RequestOrigin,
  ): Promise<SessionResponse<SessionUserResponse>> {
    if (!this.settings.enable_ldap) throw new BadRequestError('LDAP authentication is not enabled');
    this.passwords.assertEnabled();
    const username = user.trim();
    const attempt = await this.attempts.signIn(`ldap:${normalizeUsername(username)}`, address);
    const entry = await this.directory.authenticate(username, password);
    const account = await this.accountOf(entry, username);
    await attempt.succeeded(account.id);
    if (this.settings.enable_ldap_group_management) await this.syncGroups(account, entry);
    return this.responses.start(account, headers);
  }

  /** Accounts of earlier releases are linked to a user name: that of the sign-in wins if the entry has several. */
  private async accountOf(entry: DirectoryEntry, username: string): Promise<Account> {
    const { key, formerKeys, email, name } = entry;
    const typed = username.toLowerCase();
    const rules = {
      mayMerge: this.settings.merge_accounts_by_email,
      mayCreate: true,
      isSignUp: false,
      formerSubjects: formerKeys.includes(typed) ? [typed, ...formerKeys] : formerKeys,
    };
    try {
      const account = await this.accounts.resolve({ provider: PROVIDER, subject: key }, { email, name }, rules);
      await this.accounts.assertActive(account);
      return account;
    } catch (error) {
      if (!(error instanceof BadRequestError)) throw error;
      this.logger.warn(`No account for LDAP entry ${key} with the address ${JSON.stringify(email)}: ${error.message}`);
      throw new BadRequestError(AuthDetail.ldapFailed);
    }
  }

  private async syncGroups(account: Account, { groups }: DirectoryEntry): Promise<void> {
    const creation = this.settings.enable_ldap_group_creation ? { ownerId: account.id, description: '' } : undefined;
    await this.accounts.syncGroups(account, { names: groupNamesOf(groups), creation });
  }
}
