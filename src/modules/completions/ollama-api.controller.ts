import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { ClientSignal } from '../../common/http/client-signal';
import { OptionalPathIntPipe } from '../../common/validation/path-int.pipe';
import { OpenAiCompletionBody } from './completions.dto';
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
    description: 'As Ollama answers',
    content: Object.fromEntries(['application/json', ...types].map((type) => [type, { schema: {} }])),
  });

/**
 * Ollama's interface, spoken to the servers, for models that the caller may use: without an index to the least busy
 * server that has the model. The administration of servers is in `providers`.
 */
@ApiTags('ollama')
@ApiAuth()
@Controller('ollama')
export class OllamaApiController {
  constructor(private readonly api: OllamaApiService) {}

  @ApiOperation({ summary: 'What Ollama knows of a model' })
  @ApiAnswer()
  @Post('api/show')
  show(
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() signal: AbortSignal,
    @Body() request: OllamaShowRequest,
  ): Promise<unknown> {
    return this.api.show({ principal, signal }, request);
  }

  @ApiOperation({ summary: 'Vectors of texts' })
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

  @ApiOperation({ summary: 'The vector of one text' })
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

  @ApiOperation({ summary: 'Completion of a text' })
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

  @ApiOperation({ summary: 'One reply of a model' })
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

  @ApiOperation({ summary: 'Completion of a text, in OpenAI’s form' })
  @ApiBody({ type: OpenAiCompletionBody })
  @ApiAnswer('text/event-stream')
  @Post(['v1/completions', 'v1/completions/:url_idx'])
  openAiCompletion(
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() signal: AbortSignal,
    @Body() request: Record<string, unknown>,
    @Param('url_idx', OptionalPathIntPipe) index?: number,
  ): Promise<unknown> {
    return this.api.openAiCompletion({ principal, signal, index }, request);
  }

  @ApiOperation({ summary: 'One reply of a model, in OpenAI’s form' })
  @ApiBody({ type: OpenAiCompletionBody })
  @ApiAnswer('text/event-stream')
  @Post(['v1/chat/completions', 'v1/chat/completions/:url_idx'])
  openAiChat(
    @CurrentPrincipal() principal: Principal,
    @ClientSignal() signal: AbortSignal,
    @Body() request: Record<string, unknown>,
    @Param('url_idx', OptionalPathIntPipe) index?: number,
  ): Promise<unknown> {
    return this.api.openAiChat({ principal, signal, index }, request);
  }
}
