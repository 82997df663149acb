import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { JsonAnswer, type CookieRequest } from '../../../common/http/answers/json-answer';
import { PermissionsService } from '../../groups/permissions/permissions.service';
import type { Account } from '../../users/users.types';
import { toSessionUserResponse, type SessionUserResponse } from '../auth.dto';
import { SessionSettings } from '../auth.settings';
import { isEmbedded } from '../guards/cross-site';
import { signOutCookies, tokenCookie } from './session-cookie';
import { SessionService } from './session.service';
import type { IssuedToken } from './token.service';

/** A body with the session cookies to set or delete. */
export type SessionResponse<T> = JsonAnswer<T>;

/**
 * Responses that start, continue or end the session of a browser. Requests for embedded resources change no cookies.
 */
@Injectable()
export class SessionResponseService {
  constructor(
    private readonly sessions: SessionService,
    private readonly permissions: PermissionsService,
    private readonly settings: SessionSettings,
  ) {}

  /**
   * The last step of a sign-in. Permissions are read now, after groups were synchronised. `headers`: of the request, whose
   * previous session ends.
   */
  async start(user: Account, headers: IncomingHttpHeaders): Promise<SessionResponse<SessionUserResponse>> {
    const session = await this.sessions.start(user, headers);
    const permissions = await this.permissions.treeOf(user.id);
    return this.withToken(toSessionUserResponse(user, session, permissions), session);
  }

  /** Sets the session cookie to this token. */
  withToken<T>(body: T, session: IssuedToken): SessionResponse<T> {
    return new JsonAnswer(body, {
      cookies: (request) => (isEmbedded(request.headers) ? [] : [this.cookie(session, request)]),
    });
  }

  unchanged<T>(body: T): SessionResponse<T> {
    return new JsonAnswer(body, {});
  }

  /** Deletes the session cookies. */
  ended<T>(body: T): SessionResponse<T> {
    return new JsonAnswer(body, {
      cookies: ({ headers }) => (isEmbedded(headers) ? [] : signOutCookies(headers.cookie)),
    });
  }

  private cookie({ token, expiresAt }: IssuedToken, request: CookieRequest): string {
    const { cookie_same_site: sameSite, cookie_secure: isSecure } = this.settings;
    return tokenCookie(token, expiresAt, { sameSite, isSecure: isSecure || request.secure });
  }
}
