import { Injectable, Logger } from '@nestjs/common';
import { BadRequestError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import type { Account } from '../../users/users.types';
import { AttemptsService } from '../attempts.service';
import type { SessionUserResponse } from '../auth.dto';
import { ExternalAccountsService } from '../external-accounts.service';
import { PasswordService } from '../password.service';
import type { SessionAnswer } from '../session-answers.service';
import { SessionStartService } from '../session-start.service';
import { groupNamesOf } from './group-names';
import { LdapDirectoryService, type DirectoryEntry } from './ldap-directory.service';
import type { LdapSignInRequest } from './ldap.dto';
import { LdapSettings } from './ldap.settings';

const PROVIDER = 'ldap';

/** From the password of a directory to a session (docs/adr/0014-directory-accounts.md). */
@Injectable()
export class LdapSignInService {
  private readonly logger = new Logger(LdapSignInService.name);

  constructor(
    private readonly settings: LdapSettings,
    private readonly passwords: PasswordService,
    private readonly attempts: AttemptsService,
    private readonly directory: LdapDirectoryService,
    private readonly accounts: ExternalAccountsService,
    private readonly sessions: SessionStartService,
  ) {}

  /** `address`: of the caller's network. @throws BadRequestError, ForbiddenError, TooManyRequestsError */
  async signIn(
    { user: name, password }: LdapSignInRequest,
    address: string,
  ): Promise<SessionAnswer<SessionUserResponse>> {
    if (!this.settings.ENABLE_LDAP) throw new BadRequestError('LDAP authentication is not enabled');
    this.passwords.assertEnabled();
    const attempt = await this.attempts.signIn(`ldap:${name.toLowerCase()}`, address);
    const entry = await this.directory.authenticate(name, password);
    const user = await this.accountOf(entry);
    await attempt.succeeded(user.id);
    if (this.settings.ENABLE_LDAP_GROUP_MANAGEMENT) await this.syncGroups(user, entry);
    return this.sessions.start(user);
  }

  private async accountOf({ username, email, name }: DirectoryEntry): Promise<Account> {
    try {
      const person = { email, name };
      const rules = { mayMerge: this.settings.merge_accounts_by_email, mayCreate: true, isSignUp: false };
      const user = await this.accounts.resolve({ provider: PROVIDER, subject: username }, person, rules);
      await this.accounts.assertActive(user);
      return user;
    } catch (error) {
      if (!(error instanceof BadRequestError)) throw error;
      this.logger.warn(`No account for the directory's ${JSON.stringify(username)}: ${error.message}`);
      throw new BadRequestError(Detail.ldapFailed);
    }
  }

  private async syncGroups(user: Account, { groups }: DirectoryEntry): Promise<void> {
    const creation = this.settings.ENABLE_LDAP_GROUP_CREATION ? { ownerId: user.id, description: '' } : undefined;
    await this.accounts.syncGroups(user, { names: groupNamesOf(groups), creation });
  }
}
