import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Env } from '../env/env';

/** Milliseconds that a request waits for Redis before it goes on without. */
const COMMAND_TIMEOUT = 250;

/** The connection for counters: fails at once while Redis is away, and comes back by itself. */
@Injectable()
export class RedisConnection implements OnModuleDestroy {
  /** Null without `REDIS_URL`. All keys get the installation's prefix. */
  readonly client: Redis | null;
  private readonly logger = new Logger('Redis');

  constructor(env: Env) {
    this.client = env.redisUrl ? this.connect(env.redisUrl, env.redisKeyPrefix) : null;
  }

  onModuleDestroy(): void {
    this.client?.disconnect();
  }

  private connect(url: string, prefix: string): Redis {
    const client = new Redis(url, {
      keyPrefix: `${prefix}:`,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT,
    });
    client.on('error', (error) => this.logger.warn(`Limits are counted per process: ${error.message}`));
    client.on('ready', () => this.logger.log('Limits are shared by all nodes'));
    return client;
  }
}
