import { Injectable } from '@nestjs/common';
import { BadRequestError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { UsersService } from '../users/users.service';
import { AttemptsService } from './attempts.service';
import type { SessionUserResponse, SignInRequest } from './auth.dto';
import { BuiltInAccountService } from './built-in-account.service';
import { normalizeEmail } from './email';
import { PasswordService } from './password.service';
import type { RequestOrigin } from './request-origin';
import type { SessionAnswer } from './session-answers.service';
import { SessionStartService } from './session-start.service';
import { SignInModeSettings } from './sign-in-mode.settings';
import { TrustedHeaderService } from './trusted-header.service';

/** The login form, and the modes in which clients send it empty. */
@Injectable()
export class SignInService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordService,
    private readonly attempts: AttemptsService,
    private readonly sessions: SessionStartService,
    private readonly trustedHeader: TrustedHeaderService,
    private readonly builtIn: BuiltInAccountService,
    private readonly mode: SignInModeSettings,
  ) {}

  async signIn(request: SignInRequest, origin: RequestOrigin): Promise<SessionAnswer<SessionUserResponse>> {
    this.passwords.assertEnabled();
    if (this.trustedHeader.isEnabled) return this.trustedHeader.signIn(origin);
    return this.mode.WEBUI_AUTH ? this.byPassword(request, origin.address) : this.builtIn.signIn();
  }

  /** Answers alike, in the same time, for unknown addresses and wrong passwords. */
  private async byPassword(request: SignInRequest, address: string): Promise<SessionAnswer<SessionUserResponse>> {
    const email = normalizeEmail(request.email);
    const attempt = await this.attempts.signIn(email, address);
    const user = await this.users.findByEmail(email);
    const isCorrect = await this.passwords.isCorrect(user?.id ?? null, request.password);
    if (!user || !isCorrect) throw new BadRequestError(Detail.invalidCredentials);
    await attempt.succeeded(user.id);
    return this.sessions.start(user);
  }
}
