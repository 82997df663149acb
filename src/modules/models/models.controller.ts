import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { TaggedJson } from '../../common/http/tagged-json';
import {
  ModelListQuery,
  ModelListResponse,
  ProviderModelListResponse,
  toModelListResponse,
  toProviderModelListResponse,
} from './models.dto';
import { ModelsService } from './models.service';

/** The models that people may use. Their rows are administered in `WorkspaceModelsController`. */
@ApiTags('models')
@ApiAuth()
@Controller()
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @ApiOperation({ summary: 'Models that the caller may use: of all providers, and presets' })
  @Get(['api/models', 'api/v1/models'])
  @ApiOkResponse({ type: ModelListResponse })
  async list(@CurrentPrincipal() caller: Principal, @Query() query: ModelListQuery): Promise<TaggedJson> {
    return new TaggedJson(toModelListResponse(await this.models.list(caller, query)));
  }

  @ApiOperation({ summary: 'Models as their providers offer them, without names, sharing and presets of this server' })
  @Roles('admin')
  @Get('api/models/base')
  async listBase(@Query() { refresh }: ModelListQuery): Promise<ProviderModelListResponse> {
    return toProviderModelListResponse(await this.models.listProvided(refresh));
  }

  @ApiOperation({
    summary: 'Models of OpenAI-compatible connections that the caller may use, as the connections offer them',
  })
  @Get('openai/models')
  async listOpenAi(@CurrentPrincipal() caller: Principal): Promise<ProviderModelListResponse> {
    return toProviderModelListResponse(await this.models.listOfKind(caller, 'openai'));
  }
}
