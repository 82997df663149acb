import { Controller, Get, Header, Req, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { ApiAuth, Public } from '../../../common/auth/access-rules';
import type { JsonObject } from '../../../common/util/json';
import { Banner } from '../admin/configs.dto';
import { ConfigsService } from '../admin/configs.service';
import { CHANGELOG } from './changelog';
import type { ChangelogResponse, ClientConfigResponse } from './client-config.dto';
import { ClientConfigService } from './client-config.service';
import { PwaService } from './pwa.service';

/** Configuration that clients load before their first page. */
@ApiTags('app')
@Controller()
export class ClientConfigController {
  constructor(
    private readonly config: ClientConfigService,
    private readonly configs: ConfigsService,
    private readonly pwa: PwaService,
  ) {}

  @ApiOperation({
    summary: 'Configuration for the first page of a client',
    description: 'Depends on the session token in the header or the cookie; the public part without a valid one.',
  })
  @Public()
  @Get('api/config')
  get(@Req() { headers }: Request): Promise<ClientConfigResponse> {
    return this.config.getFor(headers);
  }

  @ApiOperation({ summary: 'Changes of the latest releases, by version' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @Public()
  @Get('api/changelog')
  getChangelog(): ChangelogResponse {
    return CHANGELOG;
  }

  @ApiTags('configs')
  @ApiAuth()
  @ApiOperation({ summary: 'Banners at the top of every page' })
  @ApiOkResponse({ type: [Banner] })
  @Get('api/v1/configs/banners')
  getBanners(): Banner[] {
    return this.configs.getBanners();
  }

  @ApiOperation({ summary: 'Web app manifest' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @Public()
  @Get('manifest.json')
  getManifest(): Promise<JsonObject> {
    return this.pwa.getManifest();
  }

  @ApiOperation({ summary: 'OpenSearch description, for starting a chat from the address bar' })
  @ApiOkResponse({ content: { 'application/xml': { schema: { type: 'string' } } } })
  @Header('Cache-Control', 'no-cache')
  @Public()
  @Get('opensearch.xml')
  getSearch(@Req() { protocol, headers }: Request): StreamableFile {
    return this.pwa.getSearch(`${protocol}://${headers.host ?? 'localhost'}`);
  }
}
