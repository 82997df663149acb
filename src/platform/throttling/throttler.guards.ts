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
import { storeNearestLimit, rateLimitHeaders } from './rate-limit';
import { networkOf, throttleKeyOf } from './throttle-key';

/** Fixed one-minute windows, shared by all routes. */
export const WINDOW_SECONDS = 60;
const WINDOW = WINDOW_SECONDS * 1000;

/**
 * Applies named limits, counted per key; subclasses define both. Routes have no limits of their own: looking up route
 * metadata for each limit costs more than the rest of the guard.
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

  /** Names of the limits that this guard applies. */
  protected abstract readonly names: readonly string[];

  /** Counter key of the request; null when the limit does not apply to it. */
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
    const count = await this.storageService.increment(counter, WINDOW, limit, WINDOW, name);
    const remaining = count.isBlocked ? 0 : Math.max(0, limit - count.totalHits);
    const reset = count.isBlocked ? count.timeToBlockExpire : count.timeToExpire;
    const rateLimit = { limit, remaining, reset, windowSeconds: WINDOW_SECONDS };
    if (count.isBlocked) throw new TooManyRequestsError(reset, rateLimitHeaders(rateLimit));
    storeNearestLimit(response, rateLimit);
  }
}

/** Limits requests per network before authentication, so that guessing credentials is limited too. */
@Injectable()
export class AddressThrottlerGuard extends CountingThrottlerGuard {
  protected override readonly names = ['address'];

  protected override counterOf(_name: string, { ip }: AuthenticatedRequest): string {
    return `address:${networkOf(ip ?? '')}`;
  }
}

/** Limits requests per account (per network when anonymous) and per API key, after authentication. */
@Injectable()
export class RequestThrottlerGuard extends CountingThrottlerGuard {
  protected override readonly names = ['account', 'key'];

  protected override counterOf(name: string, request: AuthenticatedRequest): string | null {
    if (name === 'account') return throttleKeyOf(request);
    const { user } = request;
    return user?.credential.kind === 'api_key' ? `key:${user.credential.keyId}` : null;
  }
}
