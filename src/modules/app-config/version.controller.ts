import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Public } from '../../common/auth/access-rules';
import type { VersionResponse, VersionUpdatesResponse } from './version.dto';
import { VersionService } from './version.service';

@ApiTags('app')
@Controller('api/version')
export class VersionController {
  constructor(private readonly versions: VersionService) {}

  @ApiOperation({ summary: 'Release of the interface' })
  @Public()
  @Get()
  get(): VersionResponse {
    return this.versions.get();
  }

  @ApiOperation({ summary: 'Whether there is a newer release' })
  @ApiAuth()
  @Get('updates')
  getUpdates(): Promise<VersionUpdatesResponse> {
    return this.versions.getUpdates();
  }
}
