import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import { UseErrorForm } from '../../../common/errors/error-form';
import { PathIntPipe } from '../../../common/validation/path-int.pipe';
import { OpenAiConfigRequest, OpenAiConfigResponse, OpenAiVerifyRequest } from './openai.dto';
import { OpenAiService } from './openai.service';

/** Administration of OpenAI-compatible connections. `GET openai/models` depends on access and is in `models`. */
@ApiTags('openai')
@ApiAuth()
@Roles('admin')
@UseErrorForm('openai')
@Controller('openai')
export class OpenAiController {
  constructor(private readonly openai: OpenAiService) {}

  @ApiOperation({ summary: 'Connections with their keys and options' })
  @Get('config')
  getConfig(): OpenAiConfigResponse {
    return this.openai.getConfig();
  }

  @ApiOperation({ summary: 'Replace all connections; takes effect at once, on every node' })
  @Post('config/update')
  updateConfig(@Body() request: OpenAiConfigRequest): Promise<OpenAiConfigResponse> {
    return this.openai.updateConfig(request);
  }

  @ApiOperation({ summary: 'Test a connection: its response to GET /models, with its status' })
  @ApiOkResponse({ schema: {}, description: 'JSON, or a text, as the server answers' })
  @Post('verify')
  verify(@CurrentPrincipal() principal: Principal, @Body() request: OpenAiVerifyRequest): Promise<unknown> {
    return this.openai.verify(principal, request);
  }

  @ApiOperation({ summary: 'Unchanged model list of one connection' })
  @ApiOkResponse({ schema: {}, description: '`{data: []}` or a list, as the server answers' })
  @Get('models/:url_idx')
  listModelsOf(
    @CurrentPrincipal() principal: Principal,
    @Param('url_idx', PathIntPipe) index: number,
  ): Promise<unknown> {
    return this.openai.listModelsOf(principal, index);
  }
}
