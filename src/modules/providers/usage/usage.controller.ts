import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles } from '../../../common/auth/access-rules';
import { UsageReportsService } from './usage-reports.service';
import { UsageReportQuery, UsageReportResponse } from './usage.dto';

@ApiTags('usage')
@ApiAuth()
@Roles('admin')
@Controller('api/v1/analytics')
export class UsageController {
  constructor(private readonly reports: UsageReportsService) {}

  @ApiOperation({ summary: 'Usage of model calls: tokens, times and failures, grouped by day, user, model …' })
  @Get('usage')
  report(@Query() query: UsageReportQuery): Promise<UsageReportResponse> {
    return this.reports.report(query);
  }
}
