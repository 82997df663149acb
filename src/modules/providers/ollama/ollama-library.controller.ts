import { Body, Controller, Delete, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles } from '../../../common/auth/access-rules';
import { UseErrorForm } from '../../../common/errors/error-form';
import { ClientSignal } from '../../../common/http/client-signal';
import type { StreamAnswer } from '../../../common/http/answers/stream-answer';
import { OptionalPathIntPipe } from '../../../common/validation/path-int.pipe';
import { OllamaLibraryService } from './ollama-library.service';
import {
  OllamaCopyRequest,
  OllamaCreateRequest,
  OllamaModelRequest,
  OllamaPushRequest,
  type OllamaStatusResponse,
} from './ollama.dto';

const ApiProgress = () =>
  ApiOkResponse({ description: 'Progress, line by line', content: { 'application/x-ndjson': { schema: {} } } });

/** Administration of the models on the Ollama servers, with Ollama's own interface. */
@ApiTags('ollama')
@ApiAuth()
@Roles('admin')
@UseErrorForm('ollama')
@Controller('ollama')
export class OllamaLibraryController {
  constructor(private readonly library: OllamaLibraryService) {}

  @ApiOperation({ summary: 'Pull a model from the library' })
  @ApiProgress()
  @Post(['api/pull', 'api/pull/:url_idx'])
  pull(
    @Body() request: OllamaModelRequest,
    @ClientSignal() client: AbortSignal,
    @Param('url_idx', OptionalPathIntPipe) index?: number,
  ): Promise<StreamAnswer> {
    return this.library.pull(request, client, index);
  }

  @ApiOperation({ summary: 'Push a model to the library' })
  @ApiProgress()
  @Delete(['api/push', 'api/push/:url_idx'])
  pushByDelete(
    @Body() request: OllamaPushRequest,
    @ClientSignal() client: AbortSignal,
    @Param('url_idx', OptionalPathIntPipe) index?: number,
  ): Promise<StreamAnswer> {
    return this.library.push(request, client, index);
  }

  @ApiOperation({ summary: 'Push a model to the library (alias with Ollama’s method)' })
  @ApiProgress()
  @Post(['api/push', 'api/push/:url_idx'])
  push(
    @Body() request: OllamaPushRequest,
    @ClientSignal() client: AbortSignal,
    @Param('url_idx', OptionalPathIntPipe) index?: number,
  ): Promise<StreamAnswer> {
    return this.library.push(request, client, index);
  }

  @ApiOperation({ summary: 'Create a model' })
  @ApiProgress()
  @Post(['api/create', 'api/create/:url_idx'])
  create(
    @Body() request: OllamaCreateRequest,
    @ClientSignal() client: AbortSignal,
    @Param('url_idx', OptionalPathIntPipe) index?: number,
  ): Promise<StreamAnswer> {
    return this.library.create(request, client, index);
  }

  @ApiOperation({ summary: 'Copy a model' })
  @Post(['api/copy', 'api/copy/:url_idx'])
  copy(@Body() request: OllamaCopyRequest, @Param('url_idx', OptionalPathIntPipe) index?: number): Promise<boolean> {
    return this.library.copy(request, index);
  }

  @ApiOperation({ summary: 'Delete a model' })
  @Delete(['api/delete', 'api/delete/:url_idx'])
  delete(@Body() request: OllamaModelRequest, @Param('url_idx', OptionalPathIntPipe) index?: number): Promise<boolean> {
    return this.library.delete(request, index);
  }

  @ApiOperation({ summary: 'Unload a model from memory, on every server' })
  @Post('api/unload')
  unload(@Body() request: OllamaModelRequest): Promise<OllamaStatusResponse> {
    return this.library.unload(request);
  }
}
