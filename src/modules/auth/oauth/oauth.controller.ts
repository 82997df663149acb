import { Body, Controller, Get, Ip, Param, Post, Redirect, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Public, Roles } from '../../../common/auth/access-rules';
import { Audited } from '../../../platform/audit/audited.decorator';
import { SessionUserResponse, SignOutResponse } from '../auth.dto';
import { Origin, type RequestOrigin } from '../request-origin';
import type { SessionAnswer } from '../session-answers.service';
import { OAuthSessionsService } from './oauth-sessions.service';
import { OAuthSignInService } from './oauth-sign-in.service';
import { OAuthSessionResponse, TokenExchangeRequest } from './oauth.dto';
import type { RedirectAnswer } from './redirect-answer';
import { RedirectCookiesInterceptor } from './redirect-cookies.interceptor';
import { SignOutService } from './sign-out.service';
import { TokenExchangeService } from './token-exchange.service';

/** Addresses that browsers go to. */
@ApiTags('auths')
@Public()
@UseInterceptors(RedirectCookiesInterceptor)
@Controller('oauth/:provider')
export class OAuthController {
  constructor(private readonly signIns: OAuthSignInService) {}

  @ApiOperation({ summary: 'Go to the identity provider' })
  @Get('login')
  @Redirect()
  begin(@Param('provider') provider: string, @Origin() origin: RequestOrigin): Promise<RedirectAnswer> {
    return this.signIns.begin(provider, origin);
  }

  @ApiOperation({ summary: 'Come back from the identity provider' })
  @Audited()
  @Get(['callback', 'login/callback'])
  @Redirect()
  finish(@Param('provider') provider: string, @Origin() origin: RequestOrigin): Promise<RedirectAnswer> {
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

  @ApiOperation({ summary: 'End the session; succeeds for a dead token, too' })
  @ApiOkResponse({ type: SignOutResponse })
  @Public()
  @Audited()
  @Get('auths/signout')
  signOut(@Origin() origin: RequestOrigin): Promise<SessionAnswer<SignOutResponse>> {
    return this.signOuts.signOut(origin);
  }

  @ApiOperation({ summary: 'A session for a token that an identity provider made for this installation' })
  @ApiOkResponse({ type: SessionUserResponse })
  @Public()
  @Audited()
  @Post('auths/oauth/:provider/token/exchange')
  exchange(
    @Param('provider') provider: string,
    @Body() request: TokenExchangeRequest,
    @Ip() address: string,
  ): Promise<SessionAnswer<SessionUserResponse>> {
    return this.exchanges.exchange(provider, request, address);
  }

  @ApiOperation({ summary: 'Where somebody signed in; without the tokens' })
  @Roles('admin')
  @Get('users/:user_id/oauth/sessions')
  list(@Param('user_id') id: string): Promise<OAuthSessionResponse[]> {
    return this.oauthSessions.list(id);
  }
}
