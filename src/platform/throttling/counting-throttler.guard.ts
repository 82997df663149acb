import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { Response } from 'express';
import type { AuthenticatedRequest } from '../../common/auth/access-rules';
import { TooManyRequestsError } from '../../common/errors/app-error';
import { announce } from './rate-limit-headers';

/** Fixed windows of a minute, over all routes together. */
export const WINDOW_SECONDS = 60;

/** Applies some of the limits that the module names; a subclass says which, and whose count is whose. */
@Injectable()
export abstract class CountingThrottlerGuard extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
  ) {
    super(options, storage, reflector);
  }

  /** Whose count the request adds to; null when this limit is not for it, or not this guard's. */
  protected abstract counterOf(name: string, request: AuthenticatedRequest): string | null;

  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    return Promise.resolve(context.getType() !== 'http');
  }

  protected override async handleRequest({
    context,
    limit,
    ttl,
    throttler,
    blockDuration,
  }: ThrottlerRequest): Promise<boolean> {
    const http = context.switchToHttp();
    const name = throttler.name ?? '';
    const counter = this.counterOf(name, http.getRequest<AuthenticatedRequest>());
    if (counter === null || limit === 0) return true;
    const count = await this.storageService.increment(`requests:${counter}`, ttl, limit, blockDuration, name);
    const remaining = count.isBlocked ? 0 : Math.max(0, limit - count.totalHits);
    const reset = count.isBlocked ? count.timeToBlockExpire : count.timeToExpire;
    announce(http.getResponse<Response>(), { limit, remaining, reset }, WINDOW_SECONDS);
    if (count.isBlocked) throw new TooManyRequestsError(count.timeToBlockExpire);
    return true;
  }
}
