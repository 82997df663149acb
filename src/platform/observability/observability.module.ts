import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller';
import { MetricsController } from './metrics.controller';
import { MetricsService } from './metrics.service';
import { OpenRequests } from './open-requests';
import { ReadinessService } from './readiness.service';

/** Health, readiness and metrics of this process. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController, MetricsController],
  providers: [MetricsService, OpenRequests, ReadinessService],
})
export class ObservabilityModule {}
