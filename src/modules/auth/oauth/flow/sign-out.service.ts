import { Injectable } from '@nestjs/common';
import { cookiesOf } from '../../../../common/http/cookies';
import type { SignOutResponse } from '../../auth.dto';
import { SessionSettings } from '../../auth.settings';
import { sentToken } from '../../guards/request-credentials';
import type { RequestOrigin } from '../../guards/request-origin';
import { SessionResponseService, type SessionResponse } from '../../sessions/session-response.service';
import { SessionService } from '../../sessions/session.service';
import { OAuthSessionsService } from '../tokens/oauth-sessions.service';
import { SESSION_ID_COOKIE } from './oauth-flow';

@Injectable()
export class SignOutService {
  constructor(
    private readonly sessions: SessionService,
    private readonly oauthSessions: OAuthSessionsService,
    private readonly settings: SessionSettings,
    private readonly responses: SessionResponseService,
  ) {}

  /** Never fails: the cookies are deleted even for an invalid token. */
  async signOut({ headers }: RequestOrigin): Promise<SessionResponse<SignOutResponse>> {
    const token = sentToken(headers);
    if (token !== null) await this.sessions.signOut(token);
    const { signout_redirect_url: returnUrl } = this.settings;
    const sessionId = cookiesOf(headers.cookie)[SESSION_ID_COOKIE];
    const providerUrl = sessionId ? await this.oauthSessions.end(sessionId, returnUrl) : null;
    const url = providerUrl ?? returnUrl;
    return this.responses.ended({ status: true, ...(url !== null && { redirect_url: url }) });
  }
}
