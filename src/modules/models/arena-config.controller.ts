import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles } from '../../common/auth/access-rules';
import { ArenaConfigRequest, type ArenaConfigResponse } from './arena-config.dto';
import { ArenaConfigService } from './arena-config.service';

@ApiTags('evaluations')
@ApiAuth()
@Roles('admin')
@Controller('api/v1/evaluations/config')
export class ArenaConfigController {
  constructor(private readonly config: ArenaConfigService) {}

  @ApiOperation({ summary: 'Arenas: models that answer each time with another one' })
  @Get()
  get(): ArenaConfigResponse {
    return this.config.getConfig();
  }

  @ApiOperation({ summary: 'Change the arenas; counts at once, on every node' })
  @Post()
  update(@Body() request: ArenaConfigRequest): Promise<ArenaConfigResponse> {
    return this.config.updateConfig(request);
  }
}
