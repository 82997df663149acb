import { Body, Controller, Get, Head, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Public, Roles } from '../../common/auth/access-rules';
import { OptionalPathIntPipe, PathIntPipe } from '../../common/validation/path-int.pipe';
import { OllamaServersService } from './ollama-servers.service';
import {
  OllamaConfigRequest,
  OllamaVerifyRequest,
  OllamaVersionResponse,
  type OllamaConfigResponse,
  type OllamaModelsResponse,
  type OllamaOpenAiListResponse,
  type OllamaStatusResponse,
} from './ollama.dto';

/** The Ollama servers. What depends on who may use which model is in `models` and `completions`. */
@ApiTags('ollama')
@ApiAuth()
@Controller('ollama')
export class OllamaServersController {
  constructor(private readonly servers: OllamaServersService) {}

  @ApiOperation({ summary: 'As Ollama itself tells that it runs' })
  @Public()
  @Head()
  head(): OllamaStatusResponse {
    return { status: true };
  }

  @ApiOperation({ summary: 'As Ollama itself tells that it runs' })
  @Public()
  @Get()
  getStatus(): OllamaStatusResponse {
    return { status: true };
  }

  @ApiOperation({ summary: 'Servers with their options' })
  @Roles('admin')
  @Get('config')
  getConfig(): OllamaConfigResponse {
    return this.servers.getConfig();
  }

  @ApiOperation({ summary: 'Replace all servers; counts at once, on every node' })
  @Roles('admin')
  @Post('config/update')
  updateConfig(@Body() request: OllamaConfigRequest): Promise<OllamaConfigResponse> {
    return this.servers.updateConfig(request);
  }

  @ApiOperation({ summary: 'Try a server: what it answers to GET /api/version' })
  @ApiOkResponse({ type: OllamaVersionResponse })
  @Roles('admin')
  @Post('verify')
  verify(@Body() request: OllamaVerifyRequest): Promise<unknown> {
    return this.servers.verify(request);
  }

  @ApiOperation({ summary: 'The lowest version of all servers, or that of one' })
  @ApiOkResponse({ type: OllamaVersionResponse })
  @Get(['api/version', 'api/version/:url_idx'])
  version(@Param('url_idx', OptionalPathIntPipe) index?: number): Promise<unknown> {
    return this.servers.version(index);
  }

  @ApiOperation({ summary: 'Models that are in the memory of the servers' })
  @Roles('admin')
  @Get('api/ps')
  listLoaded(): Promise<OllamaModelsResponse> {
    return this.servers.listLoaded();
  }

  @ApiOperation({ summary: 'Model list of one server as it gives it' })
  @ApiOkResponse({ schema: {}, description: '`{models: []}`' })
  @Roles('admin')
  @Get('api/tags/:url_idx')
  listOf(@Param('url_idx', PathIntPipe) index: number): Promise<unknown> {
    return this.servers.listOf(index);
  }

  @ApiOperation({ summary: 'The same list, as the OpenAI interface of Ollama tells it' })
  @Roles('admin')
  @Get('v1/models/:url_idx')
  listForOpenAi(@Param('url_idx', PathIntPipe) index: number): Promise<OllamaOpenAiListResponse> {
    return this.servers.listForOpenAi(index);
  }
}
