import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { PathIntPipe } from '../../common/validation/path-int.pipe';
import { OpenAiConfigRequest, OpenAiConfigResponse, OpenAiVerifyRequest } from './openai.dto';
import { OpenAiService } from './openai.service';

/** Administration of OpenAI-compatible connections. `GET openai/models` is in `models`: it depends on who asks. */
@ApiTags('openai')
@ApiAuth()
@Roles('admin')
@Controller('openai')
export class OpenAiController {
  constructor(private readonly openai: OpenAiService) {}

  @ApiOperation({ summary: 'Connections with their keys and options' })
  @Get('config')
  getConfig(): OpenAiConfigResponse {
    return this.openai.getConfig();
  }

  @ApiOperation({ summary: 'Replace all connections; counts at once, on every node' })
  @Post('config/update')
  updateConfig(@Body() request: OpenAiConfigRequest): Promise<OpenAiConfigResponse> {
    return this.openai.updateConfig(request);
  }

  @ApiOperation({ summary: 'Try a connection: what its server answers to GET /models, with its status' })
  @ApiOkResponse({ schema: {}, description: 'JSON, or a text, as the server answers' })
  @Post('verify')
  verify(@CurrentPrincipal() caller: Principal, @Body() request: OpenAiVerifyRequest): Promise<unknown> {
    return this.openai.verify(caller, request);
  }

  @ApiOperation({ summary: 'Model list of one connection as its server gives it' })
  @ApiOkResponse({ schema: {}, description: '`{data: []}` or a list, as the server answers' })
  @Get('models/:url_idx')
  listModelsOf(@CurrentPrincipal() caller: Principal, @Param('url_idx', PathIntPipe) index: number): Promise<unknown> {
    return this.openai.listModelsOf(caller, index);
  }
}
