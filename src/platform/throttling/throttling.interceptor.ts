import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import type { Observable } from 'rxjs';
import type { AuthenticatedRequest } from '../../common/auth/access-rules';
import { TooManyRequestsError } from '../../common/errors/app-error';
import { LONG_RUNNING } from '../../common/http/client-signal';
import { throttleKeyOf } from './throttle-key';
import { nearestLimit, rateLimitHeaders } from './rate-limit';
import { ThrottlingSettings } from './throttling.settings';

/** `Retry-After` of a refusal: a slot is released whenever a request ends. */
const RETRY_SECONDS = 1;

/**
 * Sets rate-limit headers, and limits concurrent requests per account and process (docs/adr/0020-general-limits.md). A
 * request holds its slot until its response is complete or its connection is closed, including streams. Requests that
 * wait for a model have separate slots, so that open streams never block ordinary requests.
 */
@Injectable()
export class ThrottlingInterceptor implements NestInterceptor {
  private readonly ordinary = new Map<string, number>();
  private readonly longRunning = new Map<string, number>();

  constructor(
    private readonly reflector: Reflector,
    private readonly settings: ThrottlingSettings,
  ) {}

  /** @throws TooManyRequestsError */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const http = context.switchToHttp();
    const response = http.getResponse<Response>();
    const rateLimit = nearestLimit(response);
    if (rateLimit) response.set(rateLimitHeaders(rateLimit));
    this.occupy(throttleKeyOf(http.getRequest<AuthenticatedRequest>()), this.isLongRunning(context), response);
    return next.handle();
  }

  private isLongRunning(context: ExecutionContext): boolean {
    return this.reflector.get<boolean | undefined>(LONG_RUNNING, context.getHandler()) === true;
  }

  private occupy(key: string, isLongRunning: boolean, response: Response): void {
    const slots = isLongRunning ? this.longRunning : this.ordinary;
    const limit = isLongRunning ? this.settings.concurrent_completions : this.settings.concurrent_requests;
    const taken = slots.get(key) ?? 0;
    if (limit > 0 && taken >= limit) throw new TooManyRequestsError(RETRY_SECONDS);
    if (response.closed) return;
    slots.set(key, taken + 1);
    response.once('close', () => release(slots, key));
  }
}

function release(slots: Map<string, number>, key: string): void {
  const left = (slots.get(key) ?? 0) - 1;
  if (left > 0) slots.set(key, left);
  else slots.delete(key);
}
