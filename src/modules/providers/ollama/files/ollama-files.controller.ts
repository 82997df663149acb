import { Body, Controller, Param, Post, UploadedFile, UseInterceptors } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, Roles } from '../../../../common/auth/access-rules';
import { UseErrorForm } from '../../../../common/errors/error-form';
import { ClientSignal } from '../../../../common/http/client-signal';
import type { StreamAnswer } from '../../../../common/http/answers/stream-answer';
import { OptionalPathIntPipe } from '../../../../common/validation/path-int.pipe';
import { ModelFileInterceptor, type ReceivedFile } from './model-file.interceptor';
import { OllamaFilesService } from './ollama-files.service';
import { OllamaDownloadRequest } from '../ollama.dto';

const ApiProgress = () =>
  ApiOkResponse({
    description: '`{progress, total, completed}` until `{done, blob, name}`, or `{error}`',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  });

/** Uploads and downloads of model files for Ollama servers. */
@ApiTags('ollama')
@ApiAuth()
@Roles('admin')
@UseErrorForm('ollama')
@Controller('ollama/models')
export class OllamaFilesController {
  constructor(private readonly files: OllamaFilesService) {}

  @ApiOperation({ summary: 'Create a model from an uploaded file' })
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
  ): StreamAnswer {
    return this.files.upload(file, client, index);
  }

  @ApiOperation({ summary: 'Create a model from a file on Hugging Face or GitHub' })
  @ApiProgress()
  @Post(['download', 'download/:url_idx'])
  download(
    @Body() request: OllamaDownloadRequest,
    @ClientSignal() client: AbortSignal,
    @Param('url_idx', OptionalPathIntPipe) index?: number,
  ): StreamAnswer {
    return this.files.download(request, client, index);
  }
}
