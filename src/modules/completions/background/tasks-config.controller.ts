import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles } from '../../../common/auth/access-rules';
import { TasksConfig } from './tasks-config.dto';
import { TasksConfigService } from './tasks-config.service';

@ApiTags('tasks')
@ApiAuth()
@Controller('api/v1/tasks/config')
export class TasksConfigController {
  constructor(private readonly config: TasksConfigService) {}

  @ApiOperation({ summary: 'The small generations beside replies' })
  @Get()
  get(): TasksConfig {
    return this.config.getConfig();
  }

  /** Replace the settings of the small generations beside replies. */
  @Roles('admin')
  @Post('update')
  update(@Body() config: TasksConfig): Promise<TasksConfig> {
    return this.config.updateConfig(config);
  }
}
