import { Injectable } from '@nestjs/common';
import { cookiesOf } from '../../../common/http/cookies';
import type { SignOutResponse } from '../auth.dto';
import { sentToken } from '../request-credentials';
import type { RequestOrigin } from '../request-origin';
import { SessionAnswersService, type SessionAnswer } from '../session-answers.service';
import { SessionService } from '../session.service';
import { SessionSettings } from '../session.settings';
import { SESSION_ID_COOKIE } from './oauth-cookies';
import { OAuthSessionsService } from './oauth-sessions.service';

@Injectable()
export class SignOutService {
  constructor(
    private readonly sessions: SessionService,
    private readonly oauthSessions: OAuthSessionsService,
    private readonly settings: SessionSettings,
    private readonly answers: SessionAnswersService,
  ) {}

  /** Never fails, whatever the token is: the browser forgets it in any case. */
  async signOut({ headers }: RequestOrigin): Promise<SessionAnswer<SignOutResponse>> {
    const token = sentToken(headers);
    if (token !== null) await this.sessions.signOut(token);
    const { signout_redirect_url: returnUrl } = this.settings;
    const sessionId = cookiesOf(headers.cookie)[SESSION_ID_COOKIE];
    const providerUrl = sessionId ? await this.oauthSessions.end(sessionId, returnUrl) : null;
    const url = providerUrl ?? returnUrl;
    return this.answers.ended({ status: true, ...(url !== null && { redirect_url: url }) });
  }
}
