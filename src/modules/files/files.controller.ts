import { Body, Controller, Delete, Get, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import type { FileResponse } from '../../common/http/answers/file-response';
import type { StreamAnswer } from '../../common/http/answers/stream-answer';
import { ClientSignal } from '../../common/http/client-signal';
import { FileDownloadsService } from './file-downloads.service';
import { FileListsService } from './file-lists.service';
import { FileTextsService } from './file-texts.service';
import { FileUploadInterceptor, UploadedForm } from './file-upload.interceptor';
import { FileUploadsService, type ReceivedForm } from './file-uploads.service';
import {
  FileContentQuery,
  FileMessageResponse,
  FileStatusQuery,
  FileCancelResponse,
  FileStatusResponse,
  FileSummaryResponse,
  FileTextResponse,
  ListFilesQuery,
  SearchFilesQuery,
  StoredFileResponse,
  UpdateFileContentRequest,
  UploadedFileResponse,
  UploadFileQuery,
  UploadFileRequest,
} from './files.dto';
import { FilesService } from './files.service';

const ApiBytes = () => ApiOkResponse({ schema: { type: 'string', format: 'binary' } });

@ApiTags('files')
@ApiAuth()
@Controller('api/v1/files')
export class FilesController {
  constructor(
    private readonly files: FilesService,
    private readonly lists: FileListsService,
    private readonly uploads: FileUploadsService,
    private readonly downloads: FileDownloadsService,
    private readonly texts: FileTextsService,
  ) {}

  @ApiOperation({ summary: 'Upload a file, whose text is extracted and indexed in the background' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: UploadFileRequest })
  @RequirePermission('chat.file_upload', 'workspace.knowledge')
  @UseInterceptors(FileUploadInterceptor)
  @Post()
  upload(
    @CurrentPrincipal() principal: Principal,
    @Query() query: UploadFileQuery,
    @UploadedForm() form: ReceivedForm,
    @ClientSignal() client: AbortSignal,
  ): Promise<UploadedFileResponse> {
    return this.uploads.store(principal, form, query, client);
  }

  /** Own files with their texts; administrators get those of all users. Newest first. */
  @ApiOkResponse({ type: [FileSummaryResponse] })
  @Get()
  list(@CurrentPrincipal() principal: Principal, @Query() query: ListFilesQuery): Promise<StreamAnswer> {
    return this.lists.list(principal, query);
  }

  /** Own files whose names match a pattern; 404 when there is none. */
  @ApiOkResponse({ type: [FileSummaryResponse] })
  @Get('search')
  search(@CurrentPrincipal() principal: Principal, @Query() query: SearchFilesQuery): Promise<StreamAnswer> {
    return this.lists.search(principal, query);
  }

  /** Delete all files of all users. */
  @Roles('admin')
  @Delete('all')
  deleteAll(): Promise<FileMessageResponse> {
    return this.files.deleteAll();
  }

  /** A file with its text. For the owner, administrators, and those who may read something that it is part of. */
  @ApiOkResponse({ type: StoredFileResponse })
  @Get(':id')
  get(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<StreamAnswer> {
    return this.lists.get(principal, id);
  }

  /** Delete a file, its text and its index. */
  @Delete(':id')
  delete(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<FileMessageResponse> {
    return this.files.delete(principal, id);
  }

  @ApiOperation({ summary: 'How far the processing is, once or as a stream of events' })
  @ApiExtraModels(FileStatusResponse)
  @ApiOkResponse({
    content: {
      'application/json': { schema: { $ref: getSchemaPath(FileStatusResponse) } },
      'text/event-stream': { schema: { type: 'string' } },
    },
  })
  @Get(':id/process/status')
  getStatus(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query() query: FileStatusQuery,
    @ClientSignal() client: AbortSignal,
  ): Promise<FileStatusResponse | StreamAnswer> {
    return this.texts.getStatus(principal, id, query, client);
  }

  /** Stop the processing of a file. It becomes `failed`, and can be processed again. */
  @Post(':id/process/cancel')
  cancelProcessing(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<FileCancelResponse> {
    return this.texts.cancel(principal, id);
  }

  /** The text of a file; empty before it is extracted. */
  @ApiOkResponse({ type: FileTextResponse })
  @Get(':id/data/content')
  getText(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<StreamAnswer> {
    return this.downloads.getText(principal, id);
  }

  /** Replace the text of a file, which is indexed again. Answers when that has ended. */
  @ApiOkResponse({ type: FileTextResponse })
  @Post(':id/data/content/update')
  updateText(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() request: UpdateFileContentRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<StreamAnswer> {
    return this.texts.update(principal, id, request.content, client);
  }

  /** The bytes of a file. Browsers display PDF and plain text, and download everything else. */
  @ApiProduces('*/*')
  @ApiBytes()
  @Get(':id/content')
  getContent(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query() { attachment }: FileContentQuery,
  ): Promise<FileResponse> {
    return this.downloads.getContent(principal, id, attachment);
  }

  /** A page of an administrator, for a frame of the client: without scripts, requests and an origin. */
  @ApiProduces('*/*')
  @ApiBytes()
  @Get(':id/content/html')
  getPage(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<FileResponse> {
    return this.downloads.getPage(principal, id);
  }

  /** The bytes of a file as a download. The name in the path is for the client. */
  @ApiProduces('*/*')
  @ApiBytes()
  @Get(':id/content/:file_name')
  getAttachment(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<FileResponse> {
    return this.downloads.getAttachment(principal, id);
  }
}
