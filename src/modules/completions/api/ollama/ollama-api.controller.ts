import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../../../common/auth/access-rules';
import type { Principal } from '../../../../common/auth/principal';
import { UseErrorForm } from '../../../../common/errors/error-form';
import { ClientSignal } from '../../../../common/http/client-signal';
import { OptionalPathIntPipe } from '../../../../common/validation/path-int.pipe';
import { OpenAiCompletionBody } from '../../completions.dto';
import {
  OllamaChatBody,
  OllamaEmbeddingsRequest,
  OllamaEmbedRequest,
  OllamaGenerateRequest,
  OllamaShowRequest,
} from './ollama-api.dto';
import { OllamaApiService } from './ollama-api.service';

const ApiAnswer = (...types: string[]) =>
  ApiOkResponse({
    description: 'The response of Ollama',
    content: Object.fromEntries(['application/json', ...types].map((type) => [type, { schema: {} }])),
  });

/**
 * Ollama's interface, for models that the principal may use. Without an index the least busy server of the model is
 * called. The administration of servers is in `providers`.
 */
@ApiTags('ollama')
@ApiAuth()
@UseErrorForm('ollama')
@Controller('ollama')
export class OllamaApiController {
  constructor(private readonly api: OllamaApiService) {}

  @ApiOperation({ summary: 'Details of a model' })
  @ApiAnswer()
  @Post('api/show')
  show(
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() signal: AbortSignal,
    @Body() request: OllamaShowRequest,
  ): Promise<unknown> {
    return this.api.show({ principal, signal }, request);
  }

  @ApiOperation({ summary: 'Embeddings of several inputs' })
  @ApiAnswer()
  @Post(['api/embed', 'api/embed/:url_idx'])
  embed(
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() signal: AbortSignal,
    @Body() request: OllamaEmbedRequest,
    @Param('url_idx', OptionalPathIntPipe) index?: number,
  ): Promise<unknown> {
    return this.api.embed({ principal, signal, index }, request);
  }

  @ApiOperation({ summary: 'Embedding of one input' })
  @ApiAnswer()
  @Post(['api/embeddings', 'api/embeddings/:url_idx'])
  embeddings(
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() signal: AbortSignal,
    @Body() request: OllamaEmbeddingsRequest,
    @Param('url_idx', OptionalPathIntPipe) index?: number,
  ): Promise<unknown> {
    return this.api.embed({ principal, signal, index }, request);
  }

  @ApiOperation({ summary: 'Text completion' })
  @ApiAnswer('application/x-ndjson')
  @Post(['api/generate', 'api/generate/:url_idx'])
  generate(
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() signal: AbortSignal,
    @Body() request: OllamaGenerateRequest,
    @Param('url_idx', OptionalPathIntPipe) index?: number,
  ): Promise<unknown> {
    return this.api.generate({ principal, signal, index }, request);
  }

  @ApiOperation({ summary: 'Chat completion' })
  @ApiBody({ type: OllamaChatBody })
  @ApiAnswer('application/x-ndjson')
  @Post(['api/chat', 'api/chat/:url_idx'])
  chat(
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() signal: AbortSignal,
    @Body() request: Record<string, unknown>,
    @Param('url_idx', OptionalPathIntPipe) index?: number,
  ): Promise<unknown> {
    return this.api.chat({ principal, signal, index }, request);
  }
}

/** Ollama's OpenAI interface, for models that the principal may use. */
@ApiTags('ollama')
@ApiAuth()
@UseErrorForm('openai')
@Controller('ollama/v1')
export class OllamaOpenAiController {
  constructor(private readonly api: OllamaApiService) {}

  @ApiOperation({ summary: 'Text completion, in OpenAI’s form' })
  @ApiBody({ type: OpenAiCompletionBody })
  @ApiAnswer('text/event-stream')
  @Post(['completions', 'completions/:url_idx'])
  complete(
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() signal: AbortSignal,
    @Body() request: Record<string, unknown>,
    @Param('url_idx', OptionalPathIntPipe) index?: number,
  ): Promise<unknown> {
    return this.api.openAiCompletion({ principal, signal, index }, request);
  }

  @ApiOperation({ summary: 'Chat completion, in OpenAI’s form' })
  @ApiBody({ type: OpenAiCompletionBody })
  @ApiAnswer('text/event-stream')
  @Post(['chat/completions', 'chat/completions/:url_idx'])
  chat(
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() signal: AbortSignal,
    @Body() request: Record<string, unknown>,
    @Param('url_idx', OptionalPathIntPipe) index?: number,
  ): Promise<unknown> {
    return this.api.openAiChat({ principal, signal, index }, request);
  }
}
