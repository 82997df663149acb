import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles } from '../../../../common/auth/access-rules';
import { EmbeddingConfigRequest, type EmbeddingConfigResponse } from './embedding-config.dto';
import { EmbeddingConfigService } from './embedding-config.service';
import { RetrievalConfigRequest, type RetrievalConfigResponse } from './retrieval-config.dto';
import { RetrievalConfigService } from './retrieval-config.service';

@ApiTags('retrieval')
@ApiAuth()
@Roles('admin')
@Controller('api/v1/retrieval')
export class RetrievalConfigController {
  constructor(
    private readonly config: RetrievalConfigService,
    private readonly embedding: EmbeddingConfigService,
  ) {}

  /** Settings of extraction, splitting, search, files and the web. */
  @Get('config')
  getConfig(): RetrievalConfigResponse {
    return this.config.get();
  }

  /** Change settings; keys that are absent stay as they are. */
  @Post('config/update')
  updateConfig(@Body() request: RetrievalConfigRequest): Promise<RetrievalConfigResponse> {
    return this.config.update(request);
  }

  /** The embedding engine and its servers. */
  @Get('embedding')
  getEmbedding(): Promise<EmbeddingConfigResponse> {
    return this.embedding.get();
  }

  /** Change the embedding engine. What is indexed is embedded again in the background. */
  @Post('embedding/update')
  updateEmbedding(@Body() request: EmbeddingConfigRequest): Promise<EmbeddingConfigResponse> {
    return this.embedding.update(request);
  }
}
