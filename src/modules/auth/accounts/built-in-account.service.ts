import { Injectable } from '@nestjs/common';
import { BadRequestError } from '../../../common/errors/app-error';
import { UsersService } from '../../users/users.service';
import type { Account } from '../../users/users.types';
import type { SessionUserResponse } from '../auth.dto';
import { AuthDetail } from '../auth.errors';
import type { RequestOrigin } from '../guards/request-origin';
import { PasswordHasherService } from '../passwords/password-hasher.service';
import { PasswordService } from '../passwords/password.service';
import { SessionResponseService, type SessionResponse } from '../sessions/session-response.service';
import { RegistrationService } from './registration.service';

const EMAIL = 'admin@localhost';
const NAME = 'User';
const PASSWORD = 'admin';

/** The built-in administrator of an installation without a login (`WEBUI_AUTH=false`). */
@Injectable()
export class BuiltInAccountService {
  constructor(
    private readonly users: UsersService,
    private readonly registration: RegistrationService,
    private readonly passwords: PasswordService,
    private readonly hasher: PasswordHasherService,
    private readonly responses: SessionResponseService,
  ) {}

  /**
   * Signs every client in as the built-in administrator.
   * @throws BadRequestError once its password was changed, and where other accounts exist, which would be exposed.
   */
  async signIn({ headers }: RequestOrigin): Promise<SessionResponse<SessionUserResponse>> {
    const user = (await this.users.findByEmail(EMAIL)) ?? (await this.create());
    if (!(await this.passwords.isCorrect(user.id, PASSWORD))) throw new BadRequestError(AuthDetail.invalidCredentials);
    return this.responses.start(user, headers);
  }

  /** The password protects nothing, so the rules for passwords do not apply. */
  private async create(): Promise<Account> {
    if (await this.users.hasUsers()) throw new BadRequestError(AuthDetail.existingUsers);
    const passwordHash = await this.hasher.hash(PASSWORD);
    const created = await this.registration.registerFirst({ name: NAME, email: EMAIL, passwordHash });
    // Null: a concurrent request created the first account.
    const user = created ?? (await this.users.findByEmail(EMAIL));
    if (!user) throw new BadRequestError(AuthDetail.existingUsers);
    return user;
  }
}
