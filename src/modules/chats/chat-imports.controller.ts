import { Body, Controller, Headers, Post } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import type { AnswerStream } from '../../common/http/answer-stream';
import { BodyStream } from '../../common/http/body-lines';
import { ImportChatRequest, ImportChatsRequest, type ImportReportResponse } from './chat-imports.dto';
import { ChatImportsService } from './chat-imports.service';
import { ChatLineImportsService } from './chat-line-imports.service';
import { ChatResponse } from './chats.dto';

@ApiTags('chats')
@ApiAuth()
@Controller('api/v1/chats')
export class ChatImportsController {
  constructor(
    private readonly imports: ChatImportsService,
    private readonly lines: ChatLineImportsService,
  ) {}

  /** The chats become the caller's, under new ids; what was imported before is not imported again. */
  @Post('import')
  @ApiOkResponse({ type: [ChatResponse] })
  import(
    @CurrentPrincipal() caller: Principal,
    @Body() request: ImportChatsRequest,
    @Headers('accept') accept?: string,
  ): Promise<AnswerStream> {
    return this.imports.importAll(caller, request.chats, accept);
  }

  /** As `import`, for any number of chats: one a line, as an export with `Accept: application/x-ndjson` has them. */
  @Post('import/lines')
  @ApiConsumes('application/x-ndjson')
  @ApiBody({ type: ImportChatRequest })
  importLines(
    @CurrentPrincipal() caller: Principal,
    @BodyStream() body: AsyncIterable<Uint8Array>,
  ): Promise<ImportReportResponse> {
    return this.lines.importLines(caller, body);
  }
}
