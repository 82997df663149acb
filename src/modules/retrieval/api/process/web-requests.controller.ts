import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission } from '../../../../common/auth/access-rules';
import type { Principal } from '../../../../common/auth/principal';
import { ClientSignal } from '../../../../common/http/client-signal';
import { ProcessUrlRequest, WebSearchRequest, type ProcessUrlResponse, type WebSearchResponse } from './process.dto';
import { WebRequestsService } from './web-requests.service';

@ApiTags('retrieval')
@ApiAuth()
@Controller('api/v1/retrieval/process')
export class WebRequestsController {
  constructor(private readonly web: WebRequestsService) {}

  /** Fetch a web page and index its text. */
  @Post('web')
  processPage(
    @CurrentPrincipal() principal: Principal,
    @Body() request: ProcessUrlRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<ProcessUrlResponse> {
    return this.web.processUrl(principal, request, client);
  }

  /** Fetch the transcript of a video and index it; other URLs are web pages. */
  @Post('youtube')
  processVideo(
    @CurrentPrincipal() principal: Principal,
    @Body() request: ProcessUrlRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<ProcessUrlResponse> {
    return this.web.processUrl(principal, request, client);
  }

  /** Search the web, fetch the pages that were found, and index them. */
  @Post('web/search')
  @RequirePermission('features.web_search')
  search(
    @CurrentPrincipal() principal: Principal,
    @Body() request: WebSearchRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<WebSearchResponse> {
    return this.web.search(principal, request, client);
  }
}
