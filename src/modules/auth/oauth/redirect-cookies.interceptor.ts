import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { tap, type Observable } from 'rxjs';
import type { RedirectAnswer } from './redirect-answer';

/** Writes the cookies of a `RedirectAnswer`; the rest is done by `@Redirect()`. */
@Injectable()
export class RedirectCookiesInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<RedirectAnswer>): Observable<RedirectAnswer> {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(tap(({ cookies }) => void response.setHeader('Set-Cookie', cookies)));
  }
}
