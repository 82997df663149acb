import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles } from '../../common/auth/access-rules';
import { ModelsConfig } from './models-config.dto';
import { ModelsConfigService } from './models-config.service';

@ApiTags('configs')
@ApiAuth()
@Roles('admin')
@Controller('api/v1/configs/models')
export class ModelsConfigController {
  constructor(private readonly config: ModelsConfigService) {}

  @ApiOperation({ summary: 'Default and pinned models, and the order of the list' })
  @Get()
  get(): ModelsConfig {
    return this.config.getConfig();
  }

  @ApiOperation({ summary: 'Replace default and pinned models, and the order of the list' })
  @Post()
  update(@Body() config: ModelsConfig): Promise<ModelsConfig> {
    return this.config.updateConfig(config);
  }
}
