import { Body, Controller, Delete, Get, Headers, Param, Post, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { AccessProhibitedError } from '../../common/errors/app-error';
import type { JsonAnswer } from '../../common/http/answers/json-answer';
import { ChatDeletionService } from './chat-deletion.service';
import { ChatRecordsService } from './chat-records.service';
import { ChatSavesService } from './chat-saves.service';
import {
  ChatResponse,
  CloneChatRequest,
  CreateChatRequest,
  EditMessageRequest,
  MessageEventRequest,
  MoveChatRequest,
  UpdateChatRequest,
} from './chats.dto';
import { MessageEventsService } from './message-events.service';
import { StoredChatsGuard } from './stored-chats.guard';

@ApiTags('chats')
@ApiAuth()
@Controller('api/v1/chats')
export class ChatsController {
  constructor(
    private readonly records: ChatRecordsService,
    private readonly deletion: ChatDeletionService,
    private readonly saves: ChatSavesService,
    private readonly events: MessageEventsService,
  ) {}

  /** Create a chat. */
  @UseGuards(StoredChatsGuard)
  @Post('new')
  create(@CurrentPrincipal() principal: Principal, @Body() request: CreateChatRequest): Promise<ChatResponse> {
    return this.records.create(principal, request);
  }

  /** One whole chat. For the owner only, not even for administrators. `ETag` is the number of the last save. */
  @Get(':id')
  @ApiOkResponse({ type: ChatResponse })
  get(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<JsonAnswer<ChatResponse>> {
    return this.records.get(principal, id);
  }

  /**
   * Save a chat. For the owner only. Replaces the top-level keys of the request; the tree of messages is merged. With
   * `If-Match`, responds with 412 and stores nothing when the chat was saved since the response with this `ETag`.
   */
  @Post(':id')
  @ApiOkResponse({ type: ChatResponse })
  save(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() request: UpdateChatRequest,
    @Headers('if-match') ifMatch?: string,
  ): Promise<JsonAnswer<ChatResponse>> {
    return this.saves.save(principal, id, request.chat, ifMatch);
  }

  /** Delete a chat. For the owner with the permission `chat.delete`, and administrators. */
  @RequirePermission('chat.delete', { refusal: () => new AccessProhibitedError() })
  @Delete(':id')
  delete(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<boolean> {
    return this.deletion.delete(principal, id);
  }

  /** Whether a chat is pinned. Null for a chat imported from an older system that was never pinned. */
  @Get(':id/pinned')
  @ApiOkResponse({ schema: { type: 'boolean', nullable: true } })
  isPinned(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<boolean | null> {
    return this.records.isPinned(principal, id);
  }

  /** Pins or unpins the chat. */
  @Post(':id/pin')
  togglePinned(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<ChatResponse> {
    return this.records.togglePinned(principal, id);
  }

  /** Archives or unarchives the chat, and removes it from its folder. */
  @Post(':id/archive')
  toggleArchived(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<ChatResponse> {
    return this.records.toggleArchived(principal, id);
  }

  /** Moves an own chat to a folder, or out of any, and unpins it. */
  @Post(':id/folder')
  move(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() request: MoveChatRequest,
  ): Promise<ChatResponse> {
    return this.records.move(principal, id, request.folder_id ?? null);
  }

  /** Copy an own chat. */
  @UseGuards(StoredChatsGuard)
  @Post(':id/clone')
  clone(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() request: CloneChatRequest,
  ): Promise<ChatResponse> {
    return this.records.clone(principal, id, request.title);
  }

  /** Replace the content of a message. For the owner and administrators. The message becomes `history.currentId`. */
  @RequirePermission('chat.edit')
  @Post(':id/messages/:message_id')
  editMessage(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Param('message_id') messageId: string,
    @Body() request: EditMessageRequest,
  ): Promise<ChatResponse> {
    return this.events.edit(principal, id, messageId, request.content);
  }

  /** Send an event of a message to the owner's open tabs, and store its effect. For the owner and administrators. */
  @Post(':id/messages/:message_id/event')
  emitEvent(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Param('message_id') messageId: string,
    @Body() request: MessageEventRequest,
  ): Promise<boolean> {
    return this.events.emit(principal, id, messageId, request);
  }
}
