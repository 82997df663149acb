import { Controller, Get, Headers, Ip, type StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../../common/auth/access-rules';
import { MetricsService } from './metrics.service';

@ApiExcludeController()
@Public()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Get()
  getMetrics(
    @Headers('authorization') authorization: string | undefined,
    @Ip() address: string,
  ): Promise<StreamableFile> {
    return this.metrics.render({ authorization, address });
  }
}
