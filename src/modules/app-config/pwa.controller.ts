import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Public } from '../../common/auth/access-rules';
import { TextAnswer } from '../../common/http/text-answer';
import type { JsonObject } from '../../common/util/json';
import { PwaService } from './pwa.service';

@ApiTags('app')
@Public()
@Controller()
export class PwaController {
  constructor(private readonly pwa: PwaService) {}

  @ApiOperation({ summary: 'For installing the client as an app' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @Get('manifest.json')
  getManifest(): Promise<JsonObject> {
    return this.pwa.getManifest();
  }

  @ApiOperation({ summary: 'For asking from the address bar of a browser' })
  @ApiOkResponse({ content: { 'application/xml': { schema: { type: 'string' } } } })
  @Header('Cache-Control', 'no-cache')
  @Get('opensearch.xml')
  getSearch(@Req() { protocol, headers }: Request): TextAnswer {
    return this.pwa.getSearch(`${protocol}://${headers.host ?? 'localhost'}`);
  }
}
