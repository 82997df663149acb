import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Public } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import { RunningModelsService } from './running-models.service';
import type { ActivityResponse, VersionResponse, VersionUpdatesResponse } from './server.dto';
import { VersionService } from './version.service';

@ApiTags('app')
@Controller('api')
export class ServerController {
  constructor(
    private readonly versions: VersionService,
    private readonly runningModels: RunningModelsService,
  ) {}

  @ApiOperation({ summary: 'Release of the interface' })
  @Public()
  @Get('version')
  getVersion(): VersionResponse {
    return this.versions.get();
  }

  @ApiOperation({ summary: 'Check for a newer release' })
  @ApiAuth()
  @Get('version/updates')
  getUpdates(): Promise<VersionUpdatesResponse> {
    return this.versions.getUpdates();
  }

  @ApiOperation({ summary: 'Current load of the installation' })
  @ApiAuth()
  @Get('usage')
  getActivity(@CurrentPrincipal() principal: Principal): Promise<ActivityResponse> {
    return this.runningModels.get(principal);
  }
}
