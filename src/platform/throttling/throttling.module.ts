import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import { Global, Module, type ExecutionContext } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import type { Redis } from 'ioredis';
import type { AuthenticatedRequest } from '../../common/auth/access-rules';
import { SettingsModule } from '../settings/settings.module';
import { AttemptCounter } from './attempt-counter';
import { WINDOW_SECONDS } from './counting-throttler.guard';
import { FallbackAttemptCounter } from './fallback-attempt-counter';
import { MemoryAttemptCounter } from './memory-attempt-counter';
import { RedisAttemptCounter } from './redis-attempt-counter';
import { RedisConnection } from './redis-connection';
import { RequestWindows } from './request-windows';
import { ThrottlingSettings } from './throttling.settings';

const ttl = WINDOW_SECONDS * 1000;

/** Keys may have a limit of their own; 0 for none. */
function limitOfKey(context: ExecutionContext): number {
  const { user } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  return user?.credential.kind === 'api_key' ? (user.credential.requestsPerMinute ?? 0) : 0;
}

@Module({ providers: [RedisConnection], exports: [RedisConnection] })
class RedisModule {}

const settings = SettingsModule.forFeature([ThrottlingSettings]);

/** Counters of requests and attempts: in memory, or in Redis when there is a `REDIS_URL`. */
@Global()
@Module({
  imports: [
    RedisModule,
    settings,
    ThrottlerModule.forRootAsync({
      imports: [RedisModule, settings],
      inject: [RedisConnection, ThrottlingSettings],
      useFactory: ({ client }: RedisConnection, limits: ThrottlingSettings) => ({
        throttlers: [
          { name: 'address', ttl, limit: () => limits.address_requests_per_minute },
          { name: 'account', ttl, limit: () => limits.requests_per_minute },
          { name: 'key', ttl, limit: limitOfKey },
        ],
        // It takes clusters too, but knows no client that may be either.
        storage: new RequestWindows(client && new ThrottlerStorageRedisService(client as Redis)),
      }),
    }),
  ],
  providers: [
    {
      provide: AttemptCounter,
      inject: [RedisConnection],
      useFactory: ({ client }: RedisConnection): AttemptCounter =>
        client
          ? new FallbackAttemptCounter(new RedisAttemptCounter(client), new MemoryAttemptCounter())
          : new MemoryAttemptCounter(),
    },
  ],
  exports: [AttemptCounter, ThrottlerModule, settings],
})
export class ThrottlingModule {}
