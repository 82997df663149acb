import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { UseErrorForm } from '../../common/errors/error-form';
import type { Answer } from '../../common/http/answers/answer';
import { JsonAnswer } from '../../common/http/answers/json-answer';
import {
  ModelListQuery,
  ModelListResponse,
  ProviderModelListResponse,
  OllamaTagsResponse,
  OpenAiListItemResponse,
  OpenAiListResponse,
  toModelListResponse,
  toOllamaTags,
  toOpenAiList,
  toOpenAiListItem,
  toProviderModelListResponse,
} from './models.dto';
import { ModelsService } from './models.service';
import { ModelIdRequest } from './workspace/workspace-models.dto';

/** Models for chats. `WorkspaceModelsController` administers their rows. */
@ApiAuth()
@Controller()
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @ApiTags('models')
  @ApiOperation({ summary: 'Models that the user may access: of all providers, and presets' })
  @UseErrorForm('openai')
  @Get(['api/models', 'api/v1/models'])
  @ApiOkResponse({ type: ModelListResponse })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ModelListQuery,
  ): Promise<JsonAnswer<ModelListResponse>> {
    return new JsonAnswer(toModelListResponse(await this.models.list(principal, query)), { isTagged: true });
  }

  @ApiTags('models')
  @ApiOperation({ summary: 'One model that the user may access, in OpenAI’s form' })
  @UseErrorForm('openai')
  @Get('api/v1/models/:id')
  async retrieve(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<OpenAiListItemResponse> {
    return toOpenAiListItem(await this.models.getUsable(principal, id));
  }

  @ApiTags('models')
  @ApiOperation({ summary: 'Unchanged models of the providers, without presets' })
  @Roles('admin')
  @Get('api/models/base')
  async listBase(@Query() { refresh }: ModelListQuery): Promise<ProviderModelListResponse> {
    return toProviderModelListResponse(await this.models.listProvided(refresh));
  }

  @ApiTags('models')
  @ApiOperation({
    summary: 'Unchanged models of OpenAI-compatible connections that the user may access',
  })
  @UseErrorForm('openai')
  @Get('openai/models')
  async listOpenAi(@CurrentPrincipal() principal: Principal): Promise<ProviderModelListResponse> {
    return toProviderModelListResponse(await this.models.listOfKind(principal, 'openai'));
  }

  @ApiTags('ollama')
  @ApiOperation({ summary: 'Models of Ollama servers that the user may access, in Ollama’s form' })
  @UseErrorForm('ollama')
  @Get('ollama/api/tags')
  async listOllama(@CurrentPrincipal() principal: Principal): Promise<OllamaTagsResponse> {
    return toOllamaTags(await this.models.listOfKind(principal, 'ollama'));
  }

  @ApiTags('ollama')
  @ApiOperation({ summary: 'Models of Ollama servers that the user may access, in OpenAI’s form' })
  @UseErrorForm('openai')
  @Get('ollama/v1/models')
  async listOllamaAsOpenAi(@CurrentPrincipal() principal: Principal): Promise<OpenAiListResponse> {
    return toOpenAiList(await this.models.listOfKind(principal, 'ollama'));
  }

  @ApiTags('models')
  @ApiOperation({
    summary: 'Picture of a model, or a redirect to it; the favicon for a model without one or without access',
  })
  @ApiProduces('image/png', 'image/jpeg', 'image/gif', 'image/webp')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @Get('api/v1/models/model/profile/image')
  getPicture(@CurrentPrincipal() principal: Principal, @Query() { id }: ModelIdRequest): Promise<Answer> {
    return this.models.getPicture(principal, id);
  }
}
