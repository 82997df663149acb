import { Controller, Headers, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import type { AnswerStream } from '../../common/http/answer-stream';
import { JsonTextBody, LinesBody } from '../../common/http/body-stream';
import { ChatArrayImportsService } from './chat-array-imports.service';
import { ImportChatRequest, ImportChatsRequest, type ImportReportResponse } from './chat-imports.dto';
import { ChatLineImportsService } from './chat-line-imports.service';
import { ChatResponse } from './chats.dto';
import { StoredChatsGuard } from './stored-chats.guard';

@ApiTags('chats')
@ApiAuth()
@UseGuards(StoredChatsGuard)
@Controller('api/v1/chats')
export class ChatImportsController {
  constructor(
    private readonly arrays: ChatArrayImportsService,
    private readonly lines: ChatLineImportsService,
  ) {}

  /**
   * The chats become the caller's, under new ids; what was imported before, or is a chat of his already, is not imported
   * again. Any number: they are read one by one. `X-Import-Failures` tells what could not be imported.
   */
  @Post('import')
  @ApiBody({ type: ImportChatsRequest })
  @ApiOkResponse({ type: [ChatResponse] })
  import(
    @CurrentPrincipal() caller: Principal,
    @JsonTextBody() body: AsyncIterable<Buffer>,
    @Headers('accept') accept?: string,
  ): Promise<AnswerStream> {
    return this.arrays.importArray(caller, body, accept);
  }

  /** As `import`, for any number of chats: one a line, as an export with `Accept: application/x-ndjson` has them. */
  @Post('import/lines')
  @ApiConsumes('application/x-ndjson')
  @ApiBody({ type: ImportChatRequest })
  importLines(
    @CurrentPrincipal() caller: Principal,
    @LinesBody() body: AsyncIterable<Buffer>,
  ): Promise<ImportReportResponse> {
    return this.lines.importLines(caller, body);
  }
}
