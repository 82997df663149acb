import { Body, Controller, Param, Post, UploadedFile, UseInterceptors } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles } from '../../common/auth/access-rules';
import { ClientSignal } from '../../common/http/client-signal';
import type { EventStream } from '../../common/http/event-stream';
import { OptionalPathIntPipe } from '../../common/validation/path-int.pipe';
import { ModelFileInterceptor, type ReceivedFile } from './ollama/model-file.interceptor';
import { OllamaFilesService } from './ollama-files.service';
import { OllamaDownloadRequest } from './ollama.dto';

const ApiProgress = () =>
  ApiOkResponse({
    description: '`{progress, total, completed}` until `{done, blob, name}`, or `{error}`',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  });

/** Model files that are given to Ollama servers. */
@ApiTags('ollama')
@ApiAuth()
@Roles('admin')
@Controller('ollama/models')
export class OllamaFilesController {
  constructor(private readonly files: OllamaFilesService) {}

  @ApiOperation({ summary: 'Make a model of a file' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
  })
  @ApiProgress()
  @UseInterceptors(ModelFileInterceptor)
  @Post(['upload', 'upload/:url_idx'])
  upload(
    @UploadedFile() file: ReceivedFile | undefined,
    @ClientSignal() client: AbortSignal,
    @Param('url_idx', OptionalPathIntPipe) index?: number,
  ): EventStream {
    return this.files.upload(file, client, index);
  }

  @ApiOperation({ summary: 'Fetch a model file from Hugging Face or GitHub' })
  @ApiProgress()
  @Post(['download', 'download/:url_idx'])
  download(
    @Body() request: OllamaDownloadRequest,
    @ClientSignal() client: AbortSignal,
    @Param('url_idx', OptionalPathIntPipe) index?: number,
  ): EventStream {
    return this.files.download(request, client, index);
  }
}
