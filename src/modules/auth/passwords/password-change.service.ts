import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { BadRequestError } from '../../../common/errors/app-error';
import { Transaction } from '../../../platform/database/transaction';
import type { UpdatePasswordRequest } from '../auth.dto';
import { SessionService } from '../sessions/session.service';
import { AttemptsService } from './attempts.service';
import { CredentialRepository } from './credential.repository';
import { PasswordService } from './password.service';
import { AuthDetail } from '../auth.errors';

@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly passwords: PasswordService,
    private readonly credentials: CredentialRepository,
    private readonly sessions: SessionService,
    private readonly attempts: AttemptsService,
    private readonly transaction: Transaction,
  ) {}

  /**
   * Ends every other session of the account; the session that changes the password remains valid
   * (docs/adr/0009-session-revocation.md). @throws BadRequestError, ForbiddenError, TooManyRequestsError
   */
  async change(principal: Principal, request: UpdatePasswordRequest): Promise<boolean> {
    this.passwords.assertChangeable();
    await this.attempts.changePassword(principal.id);
    if (!(await this.passwords.isCorrect(principal.id, request.password)))
      throw new BadRequestError(AuthDetail.incorrectPassword);
    const passwordHash = await this.passwords.hashNew(request.new_password);
    await this.transaction.run(async () => {
      await this.credentials.setPassword(principal.id, passwordHash);
      await this.sessions.revokeAll(principal.id, principal);
    });
    return true;
  }
}
