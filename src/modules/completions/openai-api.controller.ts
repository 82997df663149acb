import { Body, Controller, Delete, Get, Post, Put, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { ClientSignal } from '../../common/http/client-signal';
import type { EventStream } from '../../common/http/event-stream';
import type { JsonObject } from '../../common/util/json';
import type { Request } from 'express';
import { OpenAiProxyService, type SpeechAnswer } from '../providers/openai-proxy.service';
import { CompletionResponse, OpenAiCompletionBody } from './completions.dto';
import { OpenAiApiService } from './openai-api.service';
import { toProxyRequest } from './proxy-request';

const PASSED_ON = 'Any other path of the first connection, by its key; only with `ENABLE_OPENAI_API_PASSTHROUGH`';
const ANYTHING = { schema: {}, description: 'As the server answers' };

/**
 * OpenAI's interface, spoken through the connections. Their administration is in `providers`. Registered after
 * every other controller of `openai/…`: its last routes take what is left.
 */
@ApiTags('openai')
@ApiAuth()
@Controller('openai')
export class OpenAiApiController {
  constructor(
    private readonly api: OpenAiApiService,
    private readonly proxy: OpenAiProxyService,
  ) {}

  @ApiOperation({ summary: 'One reply of a model that the caller may use, as JSON or as `text/event-stream`' })
  @ApiBody({ type: OpenAiCompletionBody })
  @ApiOkResponse({ type: CompletionResponse })
  @Post('chat/completions')
  complete(
    @Body() body: Record<string, unknown>,
    @CurrentPrincipal() caller: Principal,
    @ClientSignal() client: AbortSignal,
  ): Promise<JsonObject | EventStream> {
    return this.api.complete(caller, body, client);
  }

  @ApiOperation({ summary: 'A text read aloud by OpenAI itself' })
  @ApiOkResponse({ content: { 'audio/mpeg': { schema: { type: 'string', format: 'binary' } } } })
  @RequirePermission('chat.tts')
  @Post('audio/speech')
  speak(
    @Body() body: Record<string, unknown>,
    @CurrentPrincipal() caller: Principal,
    @ClientSignal() client: AbortSignal,
  ): Promise<SpeechAnswer> {
    return this.api.speak(caller, body, client);
  }

  @ApiOperation({ summary: PASSED_ON })
  @ApiOkResponse(ANYTHING)
  @Roles('admin')
  @Get('*path')
  read(@Req() request: Request, @CurrentPrincipal() caller: Principal, @ClientSignal() client: AbortSignal) {
    return this.proxy.forward(caller, toProxyRequest(request), client);
  }

  @ApiOperation({ summary: PASSED_ON })
  @ApiOkResponse(ANYTHING)
  @Roles('admin')
  @Post('*path')
  create(@Req() request: Request, @CurrentPrincipal() caller: Principal, @ClientSignal() client: AbortSignal) {
    return this.proxy.forward(caller, toProxyRequest(request), client);
  }

  @ApiOperation({ summary: PASSED_ON })
  @ApiOkResponse(ANYTHING)
  @Roles('admin')
  @Put('*path')
  replace(@Req() request: Request, @CurrentPrincipal() caller: Principal, @ClientSignal() client: AbortSignal) {
    return this.proxy.forward(caller, toProxyRequest(request), client);
  }

  @ApiOperation({ summary: PASSED_ON })
  @ApiOkResponse(ANYTHING)
  @Roles('admin')
  @Delete('*path')
  delete(@Req() request: Request, @CurrentPrincipal() caller: Principal, @ClientSignal() client: AbortSignal) {
    return this.proxy.forward(caller, toProxyRequest(request), client);
  }
}
