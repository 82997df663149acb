import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable, StreamableFile, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { RouteNotFoundError, UnauthorizedError } from '../../common/errors/app-error';
import { Env } from '../env/env';

export interface Scraper {
  /** The value of the `Authorization` header. */
  authorization: string | undefined;
  /** Client address, as far as `TRUST_PROXY` trusts it. */
  address: string;
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** The process's metrics, for the scraper only: they expose load and versions. */
@Injectable()
export class MetricsService implements OnModuleInit {
  private registry: Registry | undefined;

  constructor(private readonly env: Env) {}

  /** Loaded only when enabled: the library costs memory. */
  async onModuleInit(): Promise<void> {
    if (!this.env.isMetricsEnabled) return;
    const { collectDefaultMetrics, Registry } = await import('prom-client');
    this.registry = new Registry();
    collectDefaultMetrics({ register: this.registry });
  }

  /**
   * Prometheus text format.
   * @throws RouteNotFoundError while metrics are disabled.
   * @throws UnauthorizedError for a wrong token or, without a configured token, for requests from other machines.
   */
  async render(scraper: Scraper): Promise<StreamableFile> {
    if (!this.registry) throw new RouteNotFoundError();
    if (!this.isAllowed(scraper)) throw new UnauthorizedError();
    return new StreamableFile(Buffer.from(await this.registry.metrics()), { type: this.registry.contentType });
  }

  private isAllowed({ authorization, address }: Scraper): boolean {
    const { metricsToken } = this.env;
    if (metricsToken === undefined) return LOOPBACK.test(address);
    return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${metricsToken}`));
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
