import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles } from '../../../common/auth/access-rules';
import { ArenaConfigRequest, ModelsConfig, type ArenaConfigResponse } from './models-config.dto';
import { ModelsConfigService } from './models-config.service';

@ApiAuth()
@Roles('admin')
@Controller('api/v1')
export class ModelsConfigController {
  constructor(private readonly config: ModelsConfigService) {}

  @ApiTags('configs')
  @ApiOperation({ summary: 'Default and pinned models, and the order of the list' })
  @Get('configs/models')
  getModels(): ModelsConfig {
    return this.config.getModels();
  }

  @ApiTags('configs')
  @ApiOperation({ summary: 'Replace default and pinned models, and the order of the list' })
  @Post('configs/models')
  updateModels(@Body() config: ModelsConfig): Promise<ModelsConfig> {
    return this.config.updateModels(config);
  }

  @ApiTags('evaluations')
  @ApiOperation({ summary: 'Arenas: models that reply with a randomly selected one' })
  @Get('evaluations/config')
  getArenas(): ArenaConfigResponse {
    return this.config.getArenas();
  }

  @ApiTags('evaluations')
  @ApiOperation({ summary: 'Change the arenas' })
  @Post('evaluations/config')
  updateArenas(@Body() request: ArenaConfigRequest): Promise<ArenaConfigResponse> {
    return this.config.updateArenas(request);
  }
}
