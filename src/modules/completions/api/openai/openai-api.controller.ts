import { Body, Controller, Delete, Get, Post, Put, Req } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission, Roles } from '../../../../common/auth/access-rules';
import type { Principal } from '../../../../common/auth/principal';
import { UseErrorForm } from '../../../../common/errors/error-form';
import { ClientSignal } from '../../../../common/http/client-signal';
import type { StreamAnswer } from '../../../../common/http/answers/stream-answer';
import type { JsonObject } from '../../../../common/util/json';
import type { Request } from 'express';
import { OpenAiProxyService, type SpeechAnswer } from '../../../providers/openai/openai-proxy.service';
import { CompletionResponse, OpenAiCompletionBody } from '../../completions.dto';
import { OpenAiApiService } from './openai-api.service';
import { toProxyRequest } from '../proxy-request';

const PASSED_ON = 'Any other path of the first connection, with its key; requires `ENABLE_OPENAI_API_PASSTHROUGH`';
const ANYTHING = { content: { '*/*': { schema: {} } }, description: 'The response of the server' };

/**
 * OpenAI's interface, forwarded through the connections. Their administration is in `providers`. Registered after every
 * other controller of `openai/…`: its last routes match any remaining path.
 */
@ApiTags('openai')
@ApiAuth()
@ApiExtraModels(CompletionResponse)
@UseErrorForm('openai')
@Controller('openai')
export class OpenAiApiController {
  constructor(
    private readonly api: OpenAiApiService,
    private readonly proxy: OpenAiProxyService,
  ) {}

  @ApiOperation({
    summary: 'Chat completion by a model that the user may access, as JSON or `text/event-stream`',
    description: 'No files, tools, filters or searches: `/api/chat/completions` has them.',
  })
  @ApiBody({ type: OpenAiCompletionBody })
  @ApiOkResponse({
    description: 'The reply; a stream of its parts with `stream: true`',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(CompletionResponse) } },
      'text/event-stream': { schema: { type: 'string' } },
    },
  })
  @Post('chat/completions')
  complete(
    @Body() body: Record<string, unknown>,
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() client: AbortSignal,
  ): Promise<JsonObject | StreamAnswer> {
    return this.api.complete(principal, body, client);
  }

  @ApiOperation({ summary: 'A text read aloud by OpenAI itself' })
  @ApiOkResponse({ content: { 'audio/mpeg': { schema: { type: 'string', format: 'binary' } } } })
  @RequirePermission('chat.tts')
  @Post('audio/speech')
  speak(
    @Body() body: Record<string, unknown>,
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() client: AbortSignal,
  ): Promise<SpeechAnswer> {
    return this.api.speak(principal, body, client);
  }

  @ApiOperation({ summary: PASSED_ON })
  @ApiOkResponse(ANYTHING)
  @Roles('admin')
  @Get('*path')
  read(@Req() request: Request, @CurrentPrincipal() principal: Principal, @ClientSignal() client: AbortSignal) {
    return this.proxy.forward(principal, toProxyRequest(request), client);
  }

  @ApiOperation({ summary: PASSED_ON })
  @ApiOkResponse(ANYTHING)
  @Roles('admin')
  @Post('*path')
  create(@Req() request: Request, @CurrentPrincipal() principal: Principal, @ClientSignal() client: AbortSignal) {
    return this.proxy.forward(principal, toProxyRequest(request), client);
  }

  @ApiOperation({ summary: PASSED_ON })
  @ApiOkResponse(ANYTHING)
  @Roles('admin')
  @Put('*path')
  replace(@Req() request: Request, @CurrentPrincipal() principal: Principal, @ClientSignal() client: AbortSignal) {
    return this.proxy.forward(principal, toProxyRequest(request), client);
  }

  @ApiOperation({ summary: PASSED_ON })
  @ApiOkResponse(ANYTHING)
  @Roles('admin')
  @Delete('*path')
  delete(@Req() request: Request, @CurrentPrincipal() principal: Principal, @ClientSignal() client: AbortSignal) {
    return this.proxy.forward(principal, toProxyRequest(request), client);
  }
}
