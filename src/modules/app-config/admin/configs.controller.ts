import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import type { JsonObject } from '../../../common/util/json';
import { Audited } from '../../../platform/audit/audited.decorator';
import { ChecklistService } from './checklist.service';
import {
  Banner,
  BannersRequest,
  ConfigImportRequest,
  ConnectionsConfig,
  PromptSuggestion,
  SuggestionsRequest,
  WebhookConfig,
  type ChecklistResponse,
} from './configs.dto';
import { ConfigsService } from './configs.service';

@ApiTags('configs')
@ApiAuth()
@Roles('admin')
@Controller('api')
export class ConfigsController {
  constructor(
    private readonly configs: ConfigsService,
    private readonly checklist: ChecklistService,
  ) {}

  @ApiOperation({ summary: 'All saved settings as one document; secrets are masked' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @Get('v1/configs/export')
  export(): JsonObject {
    return this.configs.export();
  }

  @ApiOperation({
    summary: 'Replace all saved settings',
    description: 'Settings missing from the document return to their defaults. A masked secret is not changed.',
  })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @Post('v1/configs/import')
  import(@Body() { config }: ConfigImportRequest): Promise<JsonObject> {
    return this.configs.import(config);
  }

  /** User-defined connections and caching of model lists. */
  @Get('v1/configs/connections')
  getConnections(): ConnectionsConfig {
    return this.configs.getConnections();
  }

  /** Save the settings of user-defined connections and of caching of model lists. */
  @Post('v1/configs/connections')
  saveConnections(@Body() request: ConnectionsConfig): Promise<ConnectionsConfig> {
    return this.configs.saveConnections(request);
  }

  @ApiOperation({ summary: 'Replace the banners' })
  @ApiOkResponse({ type: [Banner] })
  @Post('v1/configs/banners')
  saveBanners(@Body() { banners }: BannersRequest): Promise<Banner[]> {
    return this.configs.saveBanners(banners);
  }

  @ApiOperation({ summary: 'Replace the prompt suggestions of empty chats' })
  @ApiOkResponse({ type: [PromptSuggestion] })
  @Post('v1/configs/suggestions')
  saveSuggestions(@Body() { suggestions }: SuggestionsRequest): Promise<PromptSuggestion[]> {
    return this.configs.saveSuggestions(suggestions);
  }

  @ApiOperation({ summary: 'Webhook URL for new accounts, masked' })
  @Get('webhook')
  getWebhook(): WebhookConfig {
    return this.configs.getWebhook();
  }

  @ApiOperation({ summary: 'Replace the webhook URL for new accounts' })
  @Audited({ secrets: ['url'] })
  @Post('webhook')
  saveWebhook(@Body() request: WebhookConfig): Promise<WebhookConfig> {
    return this.configs.saveWebhook(request);
  }

  @ApiOperation({ summary: 'Checklist after the first start' })
  @Get('v1/configs/checklist')
  getChecklist(@CurrentPrincipal() principal: Principal): Promise<ChecklistResponse> {
    return this.checklist.get(principal);
  }
}
