import { Controller, Headers, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import type { StreamAnswer } from '../../../common/http/answers/stream-answer';
import { JsonTextBody, LinesBody } from '../../../common/http/body/body-stream';
import { ChatResponse } from '../chats.dto';
import { StoredChatsGuard } from '../stored-chats.guard';
import { ChatImportBodiesService } from './chat-import-bodies.service';
import { ImportChatRequest, ImportChatsRequest, type ImportReportResponse } from './chat-imports.dto';

@ApiTags('chats')
@ApiAuth()
@UseGuards(StoredChatsGuard)
@Controller('api/v1/chats')
export class ChatImportsController {
  constructor(private readonly imports: ChatImportBodiesService) {}

  /**
   * Creates chats of the user under new ids. Chats that were imported before, or that equal an existing chat of the
   * user, are not imported again. The body is streamed and has no size limit. `X-Import-Failures` lists items that
   * failed.
   */
  @Post('import')
  @ApiBody({ type: ImportChatsRequest })
  @ApiOkResponse({ type: [ChatResponse] })
  import(
    @CurrentPrincipal() principal: Principal,
    @JsonTextBody() body: AsyncIterable<Buffer>,
    @Headers('accept') accept?: string,
  ): Promise<StreamAnswer> {
    return this.imports.importArray(principal, body, accept);
  }

  /** As `import`, with one chat per line, as in an export with `Accept: application/x-ndjson`. */
  @Post('import/lines')
  @ApiConsumes('application/x-ndjson')
  @ApiBody({ type: ImportChatRequest })
  importLines(
    @CurrentPrincipal() principal: Principal,
    @LinesBody() body: AsyncIterable<Buffer>,
  ): Promise<ImportReportResponse> {
    return this.imports.importLines(principal, body);
  }
}
