import { Injectable } from '@nestjs/common';
import { BadRequestError, ForbiddenError } from '../../../../common/errors/app-error';
import type { SessionUserResponse } from '../../auth.dto';
import type { RequestOrigin } from '../../guards/request-origin';
import { AttemptsService } from '../../passwords/attempts.service';
import { SessionResponseService, type SessionResponse } from '../../sessions/session-response.service';
import { OAuthAccountsService } from '../oauth-accounts.service';
import { OAuthClientService } from '../oauth-client.service';
import type { TokenExchangeRequest } from '../oauth.dto';
import { OAuthSettings } from '../oauth.settings';
import { TokenVerifierService } from './token-verifier.service';
import { AuthDetail } from '../../auth.errors';

/** Sessions for API clients that hold a provider's token (docs/adr/0014-token-exchange.md). */
@Injectable()
export class TokenExchangeService {
  constructor(
    private readonly settings: OAuthSettings,
    private readonly client: OAuthClientService,
    private readonly verifier: TokenVerifierService,
    private readonly accounts: OAuthAccountsService,
    private readonly attempts: AttemptsService,
    private readonly responses: SessionResponseService,
  ) {}

  /** @throws ForbiddenError, NotFoundError, BadRequestError */
  async exchange(
    key: string,
    { token }: TokenExchangeRequest,
    { address, headers }: RequestOrigin,
  ): Promise<SessionResponse<SessionUserResponse>> {
    if (!this.settings.enable_token_exchange) throw new ForbiddenError('Token exchange is disabled');
    const provider = this.client.provider(key);
    await this.attempts.signUp(address);
    const claims = await this.verifier.claimsOf(provider, token);
    if (!claims) throw new BadRequestError(AuthDetail.invalidCredentials);
    return this.responses.start(await this.accounts.accountOf(provider, claims, token), headers);
  }
}
