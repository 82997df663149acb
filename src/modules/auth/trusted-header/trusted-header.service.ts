import { Injectable } from '@nestjs/common';
import { BadRequestError } from '../../../common/errors/app-error';
import { ExternalAccountsService } from '../accounts/external-accounts.service';
import type { SessionUserResponse } from '../auth.dto';
import { SignInModeSettings } from '../auth.settings';
import type { RequestOrigin } from '../guards/request-origin';
import { SessionResponseService, type SessionResponse } from '../sessions/session-response.service';
import { trustedIdentityOf } from './trusted-header';
import { AuthDetail } from '../auth.errors';

/** Sign-in by a header of a proxy that authenticated the user (docs/adr/0010-trusted-header.md). */
@Injectable()
export class TrustedHeaderService {
  constructor(
    private readonly mode: SignInModeSettings,
    private readonly externalAccounts: ExternalAccountsService,
    private readonly responses: SessionResponseService,
  ) {}

  get isEnabled(): boolean {
    return this.mode.trusted_email_header !== null;
  }

  /**
   * Creates the account at the first sign-in. Memberships follow the groups that the header names; groups are never
   * created. @throws BadRequestError
   */
  async signIn(origin: RequestOrigin): Promise<SessionResponse<SessionUserResponse>> {
    const identity = trustedIdentityOf(origin, this.mode);
    if (!identity) throw new BadRequestError(AuthDetail.invalidTrustedHeader);
    const { email, name, groups: names } = identity;
    const user = await this.externalAccounts.findOrCreate({ email, name });
    await this.externalAccounts.assertActive(user);
    if (names.length > 0) await this.externalAccounts.syncGroups(user, { names });
    return this.responses.start(user, origin.headers);
  }
}
