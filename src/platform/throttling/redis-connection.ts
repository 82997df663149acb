import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Env } from '../env/env';
import type { RedisTarget } from '../env/redis-env';
import { openRedis, type RedisClient } from '../redis/redis-client';

/** Milliseconds that a request waits for Redis before it goes on without. */
const COMMAND_TIMEOUT = 250;

/** The connection for counters: fails at once while Redis is away, and comes back by itself. */
@Injectable()
export class RedisConnection implements OnModuleDestroy {
  /** Null without `REDIS_URL`. All keys get the installation's prefix. */
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
    client.on('error', (error: Error) => this.logger.warn(`Limits are counted per process: ${error.message}`));
    client.on('ready', () => this.logger.log('Limits are shared by all nodes'));
    return client;
  }
}
