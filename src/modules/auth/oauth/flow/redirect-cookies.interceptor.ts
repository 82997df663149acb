import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { tap, type Observable } from 'rxjs';

/** A redirect for Nest's `@Redirect()`, with `Set-Cookie` values. */
export interface RedirectResponse {
  url: string;
  statusCode: number;
  cookies: string[];
}

/** Sets the cookies of a `RedirectResponse`; `@Redirect()` does the rest. */
@Injectable()
export class RedirectCookiesInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<RedirectResponse>): Observable<RedirectResponse> {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(tap(({ cookies }) => void response.setHeader('Set-Cookie', cookies)));
  }
}
