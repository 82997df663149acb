import { Body, Controller, Delete, Get, Headers, Param, Post, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import type { Versioned } from '../../common/http/versioned';
import { ChatDeletionService } from './chat-deletion.service';
import { ChatMarksService } from './chat-marks.service';
import { ChatRecordsService } from './chat-records.service';
import { ChatSavesService } from './chat-saves.service';
import {
  ChatResponse,
  CreateChatRequest,
  EditMessageRequest,
  MessageEventRequest,
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
    private readonly marks: ChatMarksService,
    private readonly events: MessageEventsService,
  ) {}

  @UseGuards(StoredChatsGuard)
  @Post('new')
  create(@CurrentPrincipal() caller: Principal, @Body() request: CreateChatRequest): Promise<ChatResponse> {
    return this.records.create(caller, request);
  }

  /** For the owner only, administrators too. `ETag` is the number of the last save. */
  @Get(':id')
  @ApiOkResponse({ type: ChatResponse })
  get(@CurrentPrincipal() caller: Principal, @Param('id') id: string): Promise<Versioned<ChatResponse>> {
    return this.records.open(caller, id);
  }

  /**
   * For the owner only. Replaces the top-level keys that are sent; the tree of messages is merged. With `If-Match`, 412
   * when somebody saved the chat since the answer that had this `ETag`, and nothing is stored then.
   */
  @Post(':id')
  @ApiOkResponse({ type: ChatResponse })
  save(
    @CurrentPrincipal() caller: Principal,
    @Param('id') id: string,
    @Body() request: UpdateChatRequest,
    @Headers('if-match') ifMatch?: string,
  ): Promise<Versioned<ChatResponse>> {
    return this.saves.save(caller, id, request.chat, ifMatch);
  }

  /** For the owner, with the permission `chat.delete`, and administrators. */
  @Delete(':id')
  delete(@CurrentPrincipal() caller: Principal, @Param('id') id: string): Promise<boolean> {
    return this.deletion.delete(caller, id);
  }

  /** Null for a chat of an older system that was never pinned. */
  @Get(':id/pinned')
  isPinned(@CurrentPrincipal() caller: Principal, @Param('id') id: string): Promise<boolean | null> {
    return this.marks.isPinned(caller, id);
  }

  /** Pins the chat, or unpins it. */
  @Post(':id/pin')
  togglePinned(@CurrentPrincipal() caller: Principal, @Param('id') id: string): Promise<ChatResponse> {
    return this.marks.togglePinned(caller, id);
  }

  /** Archives the chat, or takes it back. It leaves its folder. */
  @Post(':id/archive')
  toggleArchived(@CurrentPrincipal() caller: Principal, @Param('id') id: string): Promise<ChatResponse> {
    return this.marks.toggleArchived(caller, id);
  }

  /** For the owner and administrators. The message becomes the one on display. */
  @RequirePermission('chat.edit')
  @Post(':id/messages/:messageId')
  editMessage(
    @CurrentPrincipal() caller: Principal,
    @Param('id') id: string,
    @Param('messageId') messageId: string,
    @Body() request: EditMessageRequest,
  ): Promise<ChatResponse> {
    return this.events.edit(caller, id, messageId, request.content);
  }

  /** For the owner and administrators. Sends the event to the owner's open tabs and stores what it says. */
  @Post(':id/messages/:messageId/event')
  emitEvent(
    @CurrentPrincipal() caller: Principal,
    @Param('id') id: string,
    @Param('messageId') messageId: string,
    @Body() request: MessageEventRequest,
  ): Promise<boolean> {
    return this.events.emit(caller, id, messageId, request);
  }
}
