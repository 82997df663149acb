import { Injectable } from '@nestjs/common';
import { EventBus } from '../../platform/events/event-bus';
import { AccountsService, type NewAccount } from './accounts.service';
import { AttemptsService } from './attempts.service';
import {
  toAddUserResponse,
  type AddUserRequest,
  type AddUserResponse,
  type SessionUserResponse,
  type SignUpRequest,
} from './auth.dto';
import { UserSignedUp } from './auth.events';
import { AuthSettings } from './auth.settings';
import { FirstAccountService } from './first-account.service';
import { PasswordService } from './password.service';
import type { SessionAnswer } from './session-answers.service';
import { SessionStartService } from './session-start.service';

/** New accounts with a password: made by their owners, or by administrators. */
@Injectable()
export class SignUpService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly firstAccount: FirstAccountService,
    private readonly passwords: PasswordService,
    private readonly attempts: AttemptsService,
    private readonly sessions: SessionStartService,
    private readonly settings: AuthSettings,
    private readonly events: EventBus,
  ) {}

  /** `address`: of the caller's network. The first account becomes administrator, and closes sign-up. */
  async signUp(request: SignUpRequest, address: string): Promise<SessionAnswer<SessionUserResponse>> {
    this.passwords.assertEnabled();
    const isFirst = await this.firstAccount.isNext();
    await this.attempts.signUp(address);
    const account = await this.prepare(request);
    const { DEFAULT_USER_ROLE: role } = this.settings;
    const user = await (isFirst ? this.firstAccount.create(account) : this.accounts.create({ ...account, role }));
    this.events.publish(new UserSignedUp(user.id));
    return this.sessions.start(user);
  }

  /** The token in the answer is the new account's: the administrator stays who he is. */
  async add(request: AddUserRequest): Promise<AddUserResponse> {
    const user = await this.accounts.create({ ...(await this.prepare(request)), role: request.role ?? 'pending' });
    const { body } = await this.sessions.start(user);
    return toAddUserResponse(user, body.token);
  }

  private async prepare(request: SignUpRequest): Promise<Omit<NewAccount, 'role'>> {
    const { name, email, password, profile_image_url: profileImageUrl } = request;
    await this.accounts.assertEmailFree(email);
    return { name, email, profileImageUrl, passwordHash: await this.passwords.hashNew(password) };
  }
}
