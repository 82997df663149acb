import { Injectable } from '@nestjs/common';
import { AnswerWithCookies, type CookieRequest } from '../../common/http/answer-with-cookies';
import type { Account } from '../users/users.types';
import { isEmbedded } from './cross-site';
import { signOutCookies, tokenCookie } from './session-cookie';
import { SessionSettings } from './session.settings';
import { TokenService, type IssuedToken } from './token.service';

/** A body together with what the answer does to the browser's session. */
export type SessionAnswer<T> = AnswerWithCookies<T>;

/** Answers that begin, keep or end the session of a browser. What a page embeds changes no session. */
@Injectable()
export class SessionAnswersService {
  constructor(
    private readonly settings: SessionSettings,
    private readonly tokens: TokenService,
  ) {}

  /** The browser has this token from now on. */
  withToken<T>(body: T, session: IssuedToken): SessionAnswer<T> {
    return new AnswerWithCookies(body, (request) =>
      isEmbedded(request.headers) ? [] : [this.cookie(session, request)],
    );
  }

  /** The browser goes on with a new token of the account. */
  renewed<T>(body: T, user: Pick<Account, 'id' | 'tokenVersion'>): SessionAnswer<T> {
    return this.withToken(body, this.tokens.issue(user));
  }

  /** For programs, which keep their key themselves. */
  unchanged<T>(body: T): SessionAnswer<T> {
    return new AnswerWithCookies(body, () => []);
  }

  ended<T>(body: T): SessionAnswer<T> {
    return new AnswerWithCookies(body, ({ headers }) => (isEmbedded(headers) ? [] : signOutCookies(headers.cookie)));
  }

  private cookie({ token, expiresAt }: IssuedToken, request: CookieRequest): string {
    const { cookie_same_site: sameSite, cookie_secure: isSecure } = this.settings;
    return tokenCookie(token, expiresAt, { sameSite, isSecure: isSecure || request.secure });
  }
}
