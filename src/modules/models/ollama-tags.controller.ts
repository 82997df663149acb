import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { ModelsService } from './models.service';
import { OllamaTagsResponse, OpenAiListResponse, toOllamaTags, toOpenAiList } from './ollama-tags.dto';

/** Ollama's model lists: they depend on who asks. */
@ApiTags('ollama')
@ApiAuth()
@Controller('ollama')
export class OllamaTagsController {
  constructor(private readonly models: ModelsService) {}

  @ApiOperation({ summary: 'Models of Ollama servers that the caller may use, as Ollama tells them' })
  @Get('api/tags')
  async list(@CurrentPrincipal() caller: Principal): Promise<OllamaTagsResponse> {
    return toOllamaTags(await this.models.listOfKind(caller, 'ollama'));
  }

  @ApiOperation({ summary: 'The same models, as the OpenAI interface of Ollama tells them' })
  @Get('v1/models')
  async listForOpenAi(@CurrentPrincipal() caller: Principal): Promise<OpenAiListResponse> {
    return toOpenAiList(await this.models.listOfKind(caller, 'ollama'));
  }
}
