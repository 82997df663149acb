import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../../../common/auth/access-rules';
import type { Principal } from '../../../../common/auth/principal';
import { ClientSignal } from '../../../../common/http/client-signal';
import { FileProcessingRequestsService } from './file-processing-requests.service';
import {
  ProcessFileRequest,
  ProcessFilesRequest,
  ProcessTextRequest,
  type ProcessFileResponse,
  type ProcessFilesResponse,
  type ProcessTextResponse,
} from './process.dto';
import { TextsService } from './texts.service';

@ApiTags('retrieval')
@ApiAuth()
@Controller('api/v1/retrieval/process')
export class ProcessController {
  constructor(
    private readonly files: FileProcessingRequestsService,
    private readonly texts: TextsService,
  ) {}

  /** Process a file, and answer when it is indexed. For its owner and administrators. */
  @Post('file')
  processFile(
    @CurrentPrincipal() principal: Principal,
    @Body() request: ProcessFileRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<ProcessFileResponse> {
    return this.files.processFile(principal, request, client);
  }

  /** Add files to a collection. Each has a result of its own. */
  @Post('files/batch')
  processFiles(
    @CurrentPrincipal() principal: Principal,
    @Body() request: ProcessFilesRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<ProcessFilesResponse> {
    return this.files.processFiles(principal, request, client);
  }

  /** Index a text in a collection of the account. */
  @Post('text')
  processText(
    @CurrentPrincipal() principal: Principal,
    @Body() request: ProcessTextRequest,
    @ClientSignal() client: AbortSignal,
  ): Promise<ProcessTextResponse> {
    return this.texts.processText(principal, request, client);
  }
}
