import { Body, Controller, Get, Head, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Public, Roles } from '../../../common/auth/access-rules';
import { UseErrorForm } from '../../../common/errors/error-form';
import { OptionalPathIntPipe, PathIntPipe } from '../../../common/validation/path-int.pipe';
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

/** The Ollama servers. Routes that depend on access to models are in `models` and `completions`. */
@ApiTags('ollama')
@ApiAuth()
@UseErrorForm('ollama')
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

  @ApiOperation({ summary: 'Replace all servers; takes effect at once, on every node' })
  @Roles('admin')
  @Post('config/update')
  updateConfig(@Body() request: OllamaConfigRequest): Promise<OllamaConfigResponse> {
    return this.servers.updateConfig(request);
  }

  @ApiOperation({ summary: 'Test a server: its response to GET /api/version' })
  @ApiOkResponse({ type: OllamaVersionResponse })
  @Roles('admin')
  @Post('verify')
  verify(@Body() request: OllamaVerifyRequest): Promise<unknown> {
    return this.servers.verify(request);
  }

  @ApiOperation({ summary: 'Lowest version of all servers, or the version of one' })
  @ApiOkResponse({ type: OllamaVersionResponse })
  @Get(['api/version', 'api/version/:url_idx'])
  version(@Param('url_idx', OptionalPathIntPipe) index?: number): Promise<unknown> {
    return this.servers.version(index);
  }

  @ApiOperation({ summary: 'Models loaded in the memory of the servers' })
  @Roles('admin')
  @Get('api/ps')
  listLoaded(): Promise<OllamaModelsResponse> {
    return this.servers.listLoaded();
  }

  @ApiOperation({ summary: 'Unchanged model list of one server' })
  @ApiOkResponse({ schema: {}, description: '`{models: []}`' })
  @Roles('admin')
  @Get('api/tags/:url_idx')
  listOf(@Param('url_idx', PathIntPipe) index: number): Promise<unknown> {
    return this.servers.listOf(index);
  }

  @ApiOperation({ summary: 'Model list of one server, in OpenAI’s form' })
  @Roles('admin')
  @Get('v1/models/:url_idx')
  listForOpenAi(@Param('url_idx', PathIntPipe) index: number): Promise<OllamaOpenAiListResponse> {
    return this.servers.listForOpenAi(index);
  }
}
