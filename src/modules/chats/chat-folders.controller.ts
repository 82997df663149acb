import { Body, Controller, Get, Headers, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import type { AnswerStream } from '../../common/http/answer-stream';
import { ChatExportsService } from './chat-exports.service';
import { FolderChatsQuery, MoveChatRequest, type FolderChatResponse } from './chat-folders.dto';
import { ChatFoldersService } from './chat-folders.service';
import { ChatResponse } from './chats.dto';

@ApiTags('chats')
@ApiAuth()
@Controller('api/v1/chats')
export class ChatFoldersController {
  constructor(
    private readonly folders: ChatFoldersService,
    private readonly exports: ChatExportsService,
  ) {}

  /** Whole chats in one of the caller's folders and in those that lie in it, without pinned and archived ones. */
  @Get('folder/:folderId')
  @ApiOkResponse({ type: [ChatResponse] })
  exportFolder(
    @CurrentPrincipal() caller: Principal,
    @Param('folderId') folderId: string,
    @Headers('accept') accept?: string,
  ): Promise<AnswerStream> {
    return this.exports.inFolder(caller, folderId, accept);
  }

  /** Chats in one of the caller's folders, without pinned and archived ones, newest first. */
  @Get('folder/:folderId/list')
  list(
    @CurrentPrincipal() caller: Principal,
    @Param('folderId') folderId: string,
    @Query() query: FolderChatsQuery,
  ): Promise<FolderChatResponse[]> {
    return this.folders.list(caller, folderId, query.page);
  }

  /** Puts one of the caller's chats into a folder, or into none. It is no longer pinned then. */
  @Post(':id/folder')
  move(
    @CurrentPrincipal() caller: Principal,
    @Param('id') id: string,
    @Body() request: MoveChatRequest,
  ): Promise<ChatResponse> {
    return this.folders.move(caller, id, request.folder_id ?? null);
  }
}
