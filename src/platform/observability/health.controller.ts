import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/auth/access-rules';
import type { ReadinessResponse, StatusResponse } from './health.dto';
import { ReadinessService } from './readiness.service';

@ApiTags('health')
@Public()
@Controller()
export class HealthController {
  constructor(private readonly readiness: ReadinessService) {}

  /** Liveness of the process. */
  @Get('health')
  getHealth(): StatusResponse {
    return { status: true };
  }

  /** Liveness of the database. */
  @Get('health/db')
  getDatabaseHealth(): Promise<StatusResponse> {
    return this.readiness.checkDatabase();
  }

  /** Database, migrations and Redis (if configured) are ready, and no shutdown has started. */
  @Get('ready')
  getReadiness(): Promise<ReadinessResponse> {
    return this.readiness.check();
  }
}
