import { Global, Module, type ExecutionContext } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import type { AuthenticatedRequest } from '../../common/auth/access-rules';
import { SettingsModule } from '../settings/settings.module';
import { AttemptCounter } from './attempt-counter';
import { WINDOW_SECONDS } from './throttler.guards';
import { RedisConnection } from './redis-connection';
import { RequestWindows } from './request-windows';
import { ThrottlingSettings } from './throttling.settings';

const ttl = WINDOW_SECONDS * 1000;

/** Limit of an API key in requests per minute; 0 for none. */
function limitOfKey(context: ExecutionContext): number {
  const { user } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  return user?.credential.kind === 'api_key' ? (user.credential.requestsPerMinute ?? 0) : 0;
}

@Module({ providers: [RedisConnection], exports: [RedisConnection] })
class RedisModule {}

const settings = SettingsModule.forFeature([ThrottlingSettings]);

/** Counters of requests and attempts: in memory, or in Redis when `REDIS_URL` is set. */
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
        storage: new RequestWindows(client, WINDOW_SECONDS),
      }),
    }),
  ],
  providers: [
    {
      provide: AttemptCounter,
      inject: [RedisConnection],
      useFactory: ({ client }: RedisConnection) => new AttemptCounter(client),
    },
  ],
  exports: [AttemptCounter, ThrottlerModule, settings],
})
export class ThrottlingModule {}
