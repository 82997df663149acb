import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles } from '../../common/auth/access-rules';
import { WebhookConfig } from './configs.dto';
import { ConfigsService } from './configs.service';

@ApiTags('app')
@ApiAuth()
@Roles('admin')
@Controller('api/webhook')
export class WebhookController {
  constructor(private readonly configs: ConfigsService) {}

  @ApiOperation({ summary: 'Who is told of new accounts' })
  @Get()
  get(): WebhookConfig {
    return this.configs.getWebhook();
  }

  @Post()
  save(@Body() request: WebhookConfig): Promise<WebhookConfig> {
    return this.configs.saveWebhook(request);
  }
}
