import { Injectable } from '@nestjs/common';
import {
  toAddUserResponse,
  type AddUserRequest,
  type AddUserResponse,
  type SessionUserResponse,
  type SignUpRequest,
} from '../auth.dto';
import type { RequestOrigin } from '../guards/request-origin';
import { AttemptsService } from '../passwords/attempts.service';
import { PasswordService } from '../passwords/password.service';
import { SessionResponseService, type SessionResponse } from '../sessions/session-response.service';
import { TokenService } from '../sessions/token.service';
import { AccountsService } from './accounts.service';
import { RegistrationService, type Registration } from './registration.service';

/** New accounts with a password, created by sign-up or by an administrator. */
@Injectable()
export class SignUpService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly registration: RegistrationService,
    private readonly passwords: PasswordService,
    private readonly attempts: AttemptsService,
    private readonly responses: SessionResponseService,
    private readonly tokens: TokenService,
  ) {}

  /** @throws ForbiddenError, BadRequestError, TooManyRequestsError */
  async signUp(
    request: SignUpRequest,
    { address, headers }: RequestOrigin,
  ): Promise<SessionResponse<SessionUserResponse>> {
    this.passwords.assertEnabled();
    const opening = await this.registration.assertSignUpOpen();
    await this.attempts.signUp(address);
    const user = await this.registration.signUp(await this.prepare(request), opening);
    return this.responses.start(user, headers);
  }

  /** The token in the response belongs to the new account; the administrator's session is unchanged. */
  async add(request: AddUserRequest): Promise<AddUserResponse> {
    const user = await this.accounts.create({ ...(await this.prepare(request)), role: request.role ?? 'pending' });
    return toAddUserResponse(user, this.tokens.issue(user).token);
  }

  private async prepare(request: SignUpRequest): Promise<Registration> {
    const { name, email, password, profile_image_url: profileImageUrl } = request;
    await this.accounts.assertEmailFree(email);
    return { name, email, profileImageUrl, passwordHash: await this.passwords.hashNew(password) };
  }
}
