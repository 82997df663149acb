import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { Transaction } from '../../platform/database/transaction';
import { UsersService } from '../users/users.service';
import { AttemptsService } from './attempts.service';
import type { UpdatePasswordRequest } from './auth.dto';
import { CredentialRepository } from './credential.repository';
import { PasswordService } from './password.service';
import { SessionAnswersService, type SessionAnswer } from './session-answers.service';
import { SessionService } from './session.service';

@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly passwords: PasswordService,
    private readonly credentials: CredentialRepository,
    private readonly sessions: SessionService,
    private readonly users: UsersService,
    private readonly attempts: AttemptsService,
    private readonly transaction: Transaction,
    private readonly answers: SessionAnswersService,
  ) {}

  /**
   * Ends every session of the account, the caller's included: whoever stole a token loses it. The browser that asked
   * gets a new one in its cookie, and goes on (docs/adr/0011-session-revocation.md).
   */
  async change(principal: Principal, request: UpdatePasswordRequest): Promise<SessionAnswer<boolean>> {
    this.passwords.assertChangeable();
    await this.attempts.changePassword(principal.id);
    if (!(await this.passwords.isCorrect(principal.id, request.password)))
      throw new BadRequestError(Detail.incorrectPassword);
    const passwordHash = await this.passwords.hashNew(request.new_password);
    const user = await this.transaction.run(async () => {
      await this.credentials.setPassword(principal.id, passwordHash);
      await this.sessions.revokeAll(principal.id);
      return this.users.get(principal.id);
    });
    const isBrowser = principal.credential.kind === 'jwt';
    return isBrowser ? this.answers.renewed(true, user) : this.answers.unchanged(true);
  }
}
