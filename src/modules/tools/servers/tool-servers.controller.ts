import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import type { JsonObject } from '../../../common/util/json';
import { ToolServersConfigService } from './tool-servers-config.service';
import { ToolServerConnection, ToolServersConfig } from './tool-servers.dto';

@ApiTags('configs')
@ApiAuth()
@Roles('admin')
@Controller('api/v1/configs/tool_servers')
export class ToolServersController {
  constructor(private readonly config: ToolServersConfigService) {}

  @ApiOperation({ summary: 'Tool servers; secrets are masked' })
  @Get()
  getConfig(): ToolServersConfig {
    return this.config.getConfig();
  }

  @ApiOperation({ summary: 'Replace the tool servers', description: 'A masked secret is not changed.' })
  @Post()
  updateConfig(@Body() request: ToolServersConfig): Promise<ToolServersConfig> {
    return this.config.updateConfig(request);
  }

  @ApiOperation({
    summary: 'Connect to a tool server',
    description:
      'Returns the document of an OpenAPI server; `status` and `specs` of an MCP server, or `oauth_server_metadata` with `oauth_2.1`.',
  })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @Post('verify')
  verify(@CurrentPrincipal() principal: Principal, @Body() connection: ToolServerConnection): Promise<JsonObject> {
    return this.config.verify(principal, connection);
  }
}
