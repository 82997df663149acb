import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles } from '../../common/auth/access-rules';
import type { JsonObject } from '../../common/util/json';
import {
  Banner,
  BannersRequest,
  ConfigImportRequest,
  ConnectionsConfig,
  PromptSuggestion,
  SuggestionsRequest,
} from './configs.dto';
import { ConfigsService } from './configs.service';

@ApiTags('configs')
@ApiAuth()
@Roles('admin')
@Controller('api/v1/configs')
export class ConfigsController {
  constructor(private readonly configs: ConfigsService) {}

  @ApiOperation({ summary: 'Every saved setting as one document; secrets are masked' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @Get('export')
  export(): JsonObject {
    return this.configs.export();
  }

  @ApiOperation({
    summary: 'Replace every saved setting',
    description: 'Settings that the document lacks go back to their defaults. A masked secret keeps its value.',
  })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @Post('import')
  import(@Body() { config }: ConfigImportRequest): Promise<JsonObject> {
    return this.configs.import(config);
  }

  @Get('connections')
  getConnections(): ConnectionsConfig {
    return this.configs.getConnections();
  }

  @Post('connections')
  saveConnections(@Body() request: ConnectionsConfig): Promise<ConnectionsConfig> {
    return this.configs.saveConnections(request);
  }

  @ApiOperation({ summary: 'Replace the notices at the top of every page' })
  @ApiOkResponse({ type: [Banner] })
  @Post('banners')
  saveBanners(@Body() { banners }: BannersRequest): Promise<Banner[]> {
    return this.configs.saveBanners(banners);
  }

  @ApiOperation({ summary: 'Replace the questions that an empty chat offers' })
  @ApiOkResponse({ type: [PromptSuggestion] })
  @Post('suggestions')
  saveSuggestions(@Body() { suggestions }: SuggestionsRequest): Promise<PromptSuggestion[]> {
    return this.configs.saveSuggestions(suggestions);
  }
}
