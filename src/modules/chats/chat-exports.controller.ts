import { Controller, Get, Headers } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import type { AnswerStream } from '../../common/http/answer-stream';
import { Audited } from '../../platform/audit/audited.decorator';
import { ChatExportsService } from './chat-exports.service';
import { ChatResponse } from './chats.dto';

/** Answers that come as they are read: a JSON array, or lines of JSON with `Accept: application/x-ndjson`. */
@ApiTags('chats')
@ApiAuth()
@Controller('api/v1/chats')
export class ChatExportsController {
  constructor(private readonly exports: ChatExportsService) {}

  /** All chats of the caller, archived ones too, newest first. */
  @Audited()
  @RequirePermission('chat.export')
  @Get('all')
  @ApiOkResponse({ type: [ChatResponse] })
  exportOwn(@CurrentPrincipal() caller: Principal, @Headers('accept') accept?: string): Promise<AnswerStream> {
    return this.exports.own(caller, accept);
  }

  /** The archived chats of the caller, newest first. */
  @Audited()
  @RequirePermission('chat.export')
  @Get('all/archived')
  @ApiOkResponse({ type: [ChatResponse] })
  exportArchived(@CurrentPrincipal() caller: Principal, @Headers('accept') accept?: string): Promise<AnswerStream> {
    return this.exports.ownArchived(caller, accept);
  }

  /** Every chat of the installation, newest first, unless `ENABLE_ADMIN_EXPORT` is off. */
  @Audited()
  @Get('all/db')
  @Roles('admin')
  @ApiOkResponse({ type: [ChatResponse] })
  exportAll(@Headers('accept') accept?: string): Promise<AnswerStream> {
    return this.exports.everybodys(accept);
  }
}
