import { Injectable, type OnApplicationShutdown, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { UnavailableError } from '../../common/errors/app-error';
import { DatabaseHealth } from '../database/database-health';
import { Env } from '../env/env';
import { openRedis, type RedisClient } from '../redis/redis-client';
import type { ReadinessResponse, StatusResponse } from './health.dto';
import { OpenRequests } from './open-requests';

/** A part that does not answer in this time (milliseconds) counts as down. */
const TIMEOUT = 2000;

/** What a load balancer asks: may requests be sent to this node now? */
@Injectable()
export class ReadinessService implements OnApplicationShutdown {
  private redis: RedisClient[] | undefined;

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: DatabaseHealth,
    private readonly requests: OpenRequests,
    private readonly env: Env,
  ) {}

  /** @throws UnavailableError naming the parts that are down. */
  async check(): Promise<ReadinessResponse> {
    try {
      const { details } = await this.health.check(this.checks());
      return { status: true, parts: Object.keys(details) };
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      const { error: failed } = error.getResponse() as { error?: HealthIndicatorResult };
      throw new UnavailableError(`Not ready: ${Object.keys(failed ?? {}).join(', ')}`);
    }
  }

  /** @throws UnavailableError when the database does not answer. */
  async checkDatabase(): Promise<StatusResponse> {
    const { database } = await this.indicate('database', () => this.database.ping());
    if (database?.status === 'down') throw new UnavailableError('The database does not answer');
    return { status: true };
  }

  onApplicationShutdown(): void {
    this.redis?.forEach((client) => client.disconnect());
  }

  private checks() {
    const checks = [
      () => this.indicate('server', async () => !this.requests.isDraining),
      () => this.indicate('database', () => this.database.ping()),
      () => this.indicate('migrations', () => this.database.isMigrated()),
    ];
    if (this.env.redis.shared ?? this.env.redis.sockets)
      checks.push(() => this.indicate('redis', () => this.pingRedis()));
    return checks;
  }

  private async indicate(name: string, check: () => Promise<boolean>): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(name);
    const isUp = await inTime(check()).catch(() => false);
    return isUp ? indicator.up() : indicator.down();
  }

  private async pingRedis(): Promise<boolean> {
    this.redis ??= this.connectRedis();
    const answers = await Promise.all(this.redis.map((client) => client.ping()));
    return answers.every((answer) => answer === 'PONG');
  }

  /** That of the limits and that of the sockets. Failures show in the answers; an unheard `error` event would be logged. */
  private connectRedis(): RedisClient[] {
    const { shared, sockets } = this.env.redis;
    const targets = sockets?.url === shared?.url ? [shared] : [shared, sockets];
    return targets
      .filter((target) => target !== undefined)
      .map((target) => openRedis(target, { maxRetriesPerRequest: 0 }).on('error', () => undefined));
  }
}

function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('No answer in time')), TIMEOUT);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
