import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerOptions,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { Response } from 'express';
import type { AuthenticatedRequest } from '../../common/auth/access-rules';
import { TooManyRequestsError } from '../../common/errors/app-error';
import { announce } from './rate-limit-headers';

/** Fixed windows of a minute, over all routes together. */
export const WINDOW_SECONDS = 60;
const WINDOW = WINDOW_SECONDS * 1000;

/**
 * Applies some of the limits that the module names; a subclass says which, and whose count is whose. Routes have no
 * limits of their own: what the package asks of the metadata of each route, for each limit, cost more than the rest of
 * the guard.
 */
@Injectable()
export abstract class CountingThrottlerGuard extends ThrottlerGuard {
  private applied: ThrottlerOptions[] = [];

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
  ) {
    super(options, storage, reflector);
  }

  /** Names of the limits that are this guard's. */
  protected abstract readonly names: readonly string[];

  /** Whose count the request adds to; null when this limit is not for it. */
  protected abstract counterOf(name: string, request: AuthenticatedRequest): string | null;

  override async onModuleInit(): Promise<void> {
    await super.onModuleInit();
    this.applied = this.throttlers.filter(({ name = '' }) => this.names.includes(name));
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    for (const { name = '', limit: limitOf } of this.applied) {
      const counter = this.counterOf(name, request);
      if (counter === null) continue;
      const limit = typeof limitOf === 'function' ? await limitOf(context) : limitOf;
      if (limit > 0) await this.count(name, counter, limit, http.getResponse<Response>());
    }
    return true;
  }

  private async count(name: string, counter: string, limit: number, response: Response): Promise<void> {
    const count = await this.storageService.increment(`requests:${counter}`, WINDOW, limit, WINDOW, name);
    const remaining = count.isBlocked ? 0 : Math.max(0, limit - count.totalHits);
    const reset = count.isBlocked ? count.timeToBlockExpire : count.timeToExpire;
    announce(response, { limit, remaining, reset }, WINDOW_SECONDS);
    if (count.isBlocked) throw new TooManyRequestsError(count.timeToBlockExpire);
  }
}
