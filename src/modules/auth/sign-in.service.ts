import { Injectable } from '@nestjs/common';
import { BadRequestError } from '../../common/errors/app-error';
import { UsersService } from '../users/users.service';
import { BuiltInAccountService } from './accounts/built-in-account.service';
import { normalizeEmail } from './accounts/email';
import type { SessionUserResponse, SignInRequest } from './auth.dto';
import { SignInModeSettings } from './auth.settings';
import type { RequestOrigin } from './guards/request-origin';
import { AttemptsService } from './passwords/attempts.service';
import { PasswordService } from './passwords/password.service';
import { SessionResponseService, type SessionResponse } from './sessions/session-response.service';
import { TrustedHeaderService } from './trusted-header/trusted-header.service';
import { AuthDetail } from './auth.errors';

/** Sign-in by the login form, and by the modes in which clients submit it empty. */
@Injectable()
export class SignInService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordService,
    private readonly attempts: AttemptsService,
    private readonly responses: SessionResponseService,
    private readonly trustedHeader: TrustedHeaderService,
    private readonly builtIn: BuiltInAccountService,
    private readonly mode: SignInModeSettings,
  ) {}

  async signIn(request: SignInRequest, origin: RequestOrigin): Promise<SessionResponse<SessionUserResponse>> {
    this.passwords.assertEnabled();
    if (this.trustedHeader.isEnabled) return this.trustedHeader.signIn(origin);
    return this.mode.webui_auth ? this.byPassword(request, origin) : this.builtIn.signIn(origin);
  }

  /** Unknown addresses and wrong passwords get the same response in the same time. */
  private async byPassword(
    request: SignInRequest,
    { address, headers }: RequestOrigin,
  ): Promise<SessionResponse<SessionUserResponse>> {
    const email = normalizeEmail(request.email);
    const attempt = await this.attempts.signIn(email, address);
    const user = await this.users.findByEmail(email);
    const isCorrect = await this.passwords.isCorrect(user?.id ?? null, request.password);
    if (!user || !isCorrect) throw new BadRequestError(AuthDetail.invalidCredentials);
    await attempt.succeeded(user.id);
    return this.responses.start(user, headers);
  }
}
