import { Injectable } from '@nestjs/common';
import { BadRequestError, ForbiddenError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import { AttemptsService } from '../attempts.service';
import type { SessionUserResponse } from '../auth.dto';
import type { SessionAnswer } from '../session-answers.service';
import { SessionStartService } from '../session-start.service';
import { OAuthAccountsService } from './oauth-accounts.service';
import { OAuthClientService } from './oauth-client.service';
import type { TokenExchangeRequest } from './oauth.dto';
import { OAuthSettings } from './oauth.settings';
import { TokenVerifierService } from './token-verifier.service';

/** Sessions for programs that have a token of a provider (docs/adr/0016-token-exchange.md). */
@Injectable()
export class TokenExchangeService {
  constructor(
    private readonly settings: OAuthSettings,
    private readonly client: OAuthClientService,
    private readonly verifier: TokenVerifierService,
    private readonly accounts: OAuthAccountsService,
    private readonly attempts: AttemptsService,
    private readonly sessions: SessionStartService,
  ) {}

  /** `address`: of the caller's network. @throws ForbiddenError, NotFoundError, BadRequestError */
  async exchange(
    key: string,
    { token }: TokenExchangeRequest,
    address: string,
  ): Promise<SessionAnswer<SessionUserResponse>> {
    if (!this.settings.enable_token_exchange) throw new ForbiddenError('Token exchange is disabled');
    const provider = this.client.provider(key);
    await this.attempts.signUp(address);
    const claims = await this.verifier.claimsOf(provider, token);
    if (!claims) throw new BadRequestError(Detail.invalidCredentials);
    return this.sessions.start(await this.accounts.accountOf(provider, claims, token));
  }
}
