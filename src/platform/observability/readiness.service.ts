import { Injectable, type OnApplicationShutdown, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { UnavailableError } from '../../common/errors/app-error';
import { DatabaseHealth } from '../database/database-health';
import { Env } from '../env/env';
import { openRedis, type RedisClient } from '../redis/redis-client';
import type { ReadinessResponse, StatusResponse } from './health.dto';
import { OpenRequests } from './open-requests';

/** Milliseconds after which an unresponsive part counts as down. */
const TIMEOUT = 2000;

/** Readiness for load balancers: whether this node accepts requests. */
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

  /** @throws UnavailableError when the database is not responding. */
  async checkDatabase(): Promise<StatusResponse> {
    const { database } = await this.indicate('database', () => this.database.ping());
    if (database?.status === 'down') throw new UnavailableError('The database is not responding');
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

  private indicate(name: string, isUp: () => Promise<boolean>): PromiseLike<HealthIndicatorResult> {
    const attempt = async () => {
      if (!(await isUp())) throw new Error(`${name} is down`);
    };
    return this.indicators.check(name).attempt(attempt).withTimeout(TIMEOUT);
  }

  private async pingRedis(): Promise<boolean> {
    this.redis ??= this.connectRedis();
    const answers = await Promise.all(this.redis.map((client) => client.ping()));
    return answers.every((answer) => answer === 'PONG');
  }

  /**
   * Connections for limits and sockets. Failures are reported by the checks; without a listener `error` events would be
   * logged.
   */
  private connectRedis(): RedisClient[] {
    const { shared, sockets } = this.env.redis;
    const targets = sockets?.url === shared?.url ? [shared] : [shared, sockets];
    return targets
      .filter((target) => target !== undefined)
      .map((target) =>
        openRedis(target, { maxRetriesPerRequest: 0, disconnectTimeout: 0 }).on('error', () => undefined),
      );
  }
}
