import { Injectable } from '@nestjs/common';
import { BadRequestError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import type { Account } from '../users/users.types';
import { UsersService } from '../users/users.service';
import type { SessionUserResponse } from './auth.dto';
import { FirstAccountService } from './first-account.service';
import { PasswordHasher } from './password-hasher.service';
import { PasswordService } from './password.service';
import type { SessionAnswer } from './session-answers.service';
import { SessionStartService } from './session-start.service';

const EMAIL = 'admin@localhost';
const NAME = 'User';
const PASSWORD = 'admin';

/** The one administrator of an installation without a login (`WEBUI_AUTH=false`). */
@Injectable()
export class BuiltInAccountService {
  constructor(
    private readonly users: UsersService,
    private readonly firstAccount: FirstAccountService,
    private readonly passwords: PasswordService,
    private readonly hasher: PasswordHasher,
    private readonly sessions: SessionStartService,
  ) {}

  /**
   * For everybody, until the password of the account is changed.
   * @throws BadRequestError then, and where other accounts are: they would all be open.
   */
  async signIn(): Promise<SessionAnswer<SessionUserResponse>> {
    const user = (await this.users.findByEmail(EMAIL)) ?? (await this.create());
    if (!(await this.passwords.isCorrect(user.id, PASSWORD))) throw new BadRequestError(Detail.invalidCredentials);
    return this.sessions.start(user);
  }

  /** Password rules do not count: the password protects nothing. */
  private async create(): Promise<Account> {
    if (await this.users.hasUsers()) throw new BadRequestError(Detail.existingUsers);
    const passwordHash = await this.hasher.hash(PASSWORD);
    const created = await this.firstAccount.createIfFirst({ name: NAME, email: EMAIL, passwordHash });
    // Null: somebody else was faster, maybe with the same request.
    const user = created ?? (await this.users.findByEmail(EMAIL));
    if (!user) throw new BadRequestError(Detail.existingUsers);
    return user;
  }
}
