import { Controller, Get, Headers, Param } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission, Roles } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import type { StreamAnswer } from '../../../common/http/answers/stream-answer';
import { Audited } from '../../../platform/audit/audited.decorator';
import { ChatResponse } from '../chats.dto';
import { ChatExportsService } from './chat-exports.service';

/** Streamed responses: a JSON array, or one chat per line with `Accept: application/x-ndjson`. */
@ApiTags('chats')
@ApiProduces('application/json', 'application/x-ndjson')
@ApiAuth()
@Controller('api/v1/chats')
export class ChatExportsController {
  constructor(private readonly exports: ChatExportsService) {}

  /** All chats of the user, including archived ones, newest first. */
  @Audited()
  @RequirePermission('chat.export')
  @Get('all')
  @ApiOkResponse({ type: [ChatResponse] })
  exportOwn(@CurrentPrincipal() principal: Principal, @Headers('accept') accept?: string): Promise<StreamAnswer> {
    return this.exports.exportOwn(principal, accept);
  }

  /** The archived chats of the user, newest first. */
  @Audited()
  @RequirePermission('chat.export')
  @Get('all/archived')
  @ApiOkResponse({ type: [ChatResponse] })
  exportArchived(@CurrentPrincipal() principal: Principal, @Headers('accept') accept?: string): Promise<StreamAnswer> {
    return this.exports.exportArchived(principal, accept);
  }

  /** All chats of the installation, newest first, while `ENABLE_ADMIN_EXPORT` is enabled. */
  @Audited()
  @Get('all/db')
  @Roles('admin')
  @ApiOkResponse({ type: [ChatResponse] })
  exportAll(@Headers('accept') accept?: string): Promise<StreamAnswer> {
    return this.exports.exportAll(accept);
  }

  /** Whole chats in an own folder and its subfolders, without pinned and archived ones, newest first. */
  @Get('folder/:folder_id')
  @ApiOkResponse({ type: [ChatResponse] })
  exportFolder(
    @CurrentPrincipal() principal: Principal,
    @Param('folder_id') folderId: string,
    @Headers('accept') accept?: string,
  ): Promise<StreamAnswer> {
    return this.exports.exportFolder(principal, folderId, accept);
  }
}
