import { Body, Controller, Get, Param, Post, Redirect, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Public, Roles } from '../../../common/auth/access-rules';
import { Audited } from '../../../platform/audit/audited.decorator';
import { SessionUserResponse, SignOutResponse } from '../auth.dto';
import { Origin, type RequestOrigin } from '../guards/request-origin';
import type { SessionResponse } from '../sessions/session-response.service';
import { OAuthSignInService } from './flow/oauth-sign-in.service';
import { RedirectCookiesInterceptor, type RedirectResponse } from './flow/redirect-cookies.interceptor';
import { SignOutService } from './flow/sign-out.service';
import { OAuthSessionResponse, TokenExchangeRequest } from './oauth.dto';
import { OAuthSessionsService } from './tokens/oauth-sessions.service';
import { TokenExchangeService } from './tokens/token-exchange.service';

/** Pages of the browser flow. */
@ApiTags('auths')
@Public()
@UseInterceptors(RedirectCookiesInterceptor)
@Controller('oauth/:provider')
export class OAuthController {
  constructor(private readonly signIns: OAuthSignInService) {}

  @ApiOperation({ summary: 'Redirect to the identity provider' })
  @Get('login')
  @Redirect()
  begin(@Param('provider') provider: string, @Origin() origin: RequestOrigin): Promise<RedirectResponse> {
    return this.signIns.begin(provider, origin);
  }

  @ApiOperation({ summary: 'Callback of the identity provider' })
  @Audited({ isSession: true })
  @Get(['callback', 'login/callback'])
  @Redirect()
  finish(@Param('provider') provider: string, @Origin() origin: RequestOrigin): Promise<RedirectResponse> {
    return this.signIns.finish(provider, origin);
  }
}

@ApiTags('auths')
@ApiAuth()
@Controller('api/v1')
export class OAuthSessionsController {
  constructor(
    private readonly signOuts: SignOutService,
    private readonly exchanges: TokenExchangeService,
    private readonly oauthSessions: OAuthSessionsService,
  ) {}

  @ApiOperation({ summary: 'End the session; also succeeds for an invalid token' })
  @ApiOkResponse({ type: SignOutResponse })
  @Public()
  @Audited({ isSession: true })
  @Get('auths/signout')
  signOut(@Origin() origin: RequestOrigin): Promise<SessionResponse<SignOutResponse>> {
    return this.signOuts.signOut(origin);
  }

  @ApiOperation({ summary: 'Exchange a token that an identity provider issued to this installation for a session' })
  @ApiOkResponse({ type: SessionUserResponse })
  @Public()
  @Audited({ isSession: true })
  @Post('auths/oauth/:provider/token/exchange')
  exchange(
    @Param('provider') provider: string,
    @Body() request: TokenExchangeRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<SessionResponse<SessionUserResponse>> {
    return this.exchanges.exchange(provider, request, origin);
  }

  @ApiOperation({ summary: 'Provider sessions of an account, without the tokens' })
  @Roles('admin')
  @Get('users/:user_id/oauth/sessions')
  list(@Param('user_id') id: string): Promise<OAuthSessionResponse[]> {
    return this.oauthSessions.list(id);
  }
}
