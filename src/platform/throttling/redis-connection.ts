import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Env } from '../env/env';
import type { RedisTarget } from '../env/redis-env';
import { openRedis, type RedisClient } from '../redis/redis-client';

/** Milliseconds to wait for Redis before counting in memory. */
const COMMAND_TIMEOUT = 250;

/** The connection for counters: commands fail at once while Redis is unreachable; it reconnects automatically. */
@Injectable()
export class RedisConnection implements OnModuleDestroy {
  /** Null without `REDIS_URL`. All keys have the installation's prefix. */
  readonly client: RedisClient | null;
  private readonly logger = new Logger('Redis');

  constructor(env: Env) {
    this.client = env.redis.shared ? this.connect(env.redis.shared, env.redisKeyPrefix) : null;
  }

  onModuleDestroy(): void {
    this.client?.disconnect();
  }

  private connect(target: RedisTarget, prefix: string): RedisClient {
    const client = openRedis(target, {
      keyPrefix: `${prefix}:`,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT,
    });
    client.on('error', (error: Error) =>
      this.logger.warn(`Redis unavailable, limits are counted per process: ${error.message}`),
    );
    client.on('ready', () => this.logger.log('Limits are shared by all nodes'));
    return client;
  }
}
