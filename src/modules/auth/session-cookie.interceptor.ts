import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { map, type Observable } from 'rxjs';
import { isEmbedded } from './cross-site';
import { SessionAnswer } from './session-answer';
import { signOutCookies, tokenCookie } from './session-cookie';
import { SessionSettings } from './session.settings';

/** Writes the cookies of a `SessionAnswer` and answers its body. What a page embeds changes no session. */
@Injectable()
export class SessionCookieInterceptor implements NestInterceptor {
  constructor(private readonly settings: SessionSettings) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    return next
      .handle()
      .pipe(map((answer) => (answer instanceof SessionAnswer ? this.write(answer, context) : answer)));
  }

  private write({ body, session }: SessionAnswer<unknown>, context: ExecutionContext): unknown {
    const http = context.switchToHttp();
    const cookies = this.cookiesOf(session, http.getRequest<Request>());
    if (cookies.length > 0) http.getResponse<Response>().setHeader('Set-Cookie', cookies);
    return body;
  }

  private cookiesOf(session: SessionAnswer<unknown>['session'], request: Request): string[] {
    if (session === 'unchanged' || isEmbedded(request.headers)) return [];
    if (session === 'ended') return signOutCookies(request.headers.cookie);
    const { cookie_same_site: sameSite, cookie_secure: isSecure } = this.settings;
    return [tokenCookie(session.token, session.expiresAt, { sameSite, isSecure: isSecure || request.secure })];
  }
}
