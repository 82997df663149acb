import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { AnswerWithCookies } from '../../common/http/answer-with-cookies';
import { isEmbedded } from './cross-site';
import { signOutCookies, tokenCookie } from './session-cookie';
import { SessionSettings } from './session.settings';
import type { IssuedToken } from './token.service';

/** A body together with what the answer does to the browser's session. */
export type SessionAnswer<T> = AnswerWithCookies<T>;

/** Answers that begin, keep or end the session of a browser. What a page embeds changes no session. */
@Injectable()
export class SessionAnswersService {
  constructor(private readonly settings: SessionSettings) {}

  /** The browser has this token from now on. */
  withToken<T>(body: T, session: IssuedToken): SessionAnswer<T> {
    return new AnswerWithCookies(body, (request) =>
      isEmbedded(request.headers) ? [] : [this.cookie(session, request)],
    );
  }

  /** For programs, which keep their key themselves. */
  unchanged<T>(body: T): SessionAnswer<T> {
    return new AnswerWithCookies(body, () => []);
  }

  ended<T>(body: T): SessionAnswer<T> {
    return new AnswerWithCookies(body, ({ headers }) => (isEmbedded(headers) ? [] : signOutCookies(headers.cookie)));
  }

  private cookie({ token, expiresAt }: IssuedToken, request: Request): string {
    const { cookie_same_site: sameSite, cookie_secure: isSecure } = this.settings;
    return tokenCookie(token, expiresAt, { sameSite, isSecure: isSecure || request.secure });
  }
}
