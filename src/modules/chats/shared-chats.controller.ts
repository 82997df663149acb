import { Body, Controller, Delete, Get, Param, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { Audited } from '../../platform/audit/audited.decorator';
import { ChatClonesService } from './chat-clones.service';
import { CloneChatRequest, type ChatResponse } from './chats.dto';
import { SharedChatsService } from './shared-chats.service';
import { StoredChatsGuard } from './stored-chats.guard';

@ApiTags('chats')
@ApiAuth()
@Controller('api/v1/chats')
export class SharedChatsController {
  constructor(
    private readonly shared: SharedChatsService,
    private readonly clones: ChatClonesService,
  ) {}

  /** For every verified user who knows the id. Administrators who may access chats can give the id of any chat. */
  @Audited()
  @Get('share/:shareId')
  get(@CurrentPrincipal() caller: Principal, @Param('shareId') shareId: string): Promise<ChatResponse> {
    return this.shared.get(caller, shareId);
  }

  /** For the owner, with the permission `chat.share`. Answers the snapshot; sharing again renews it under the same id. */
  @Audited()
  @Post(':id/share')
  share(@CurrentPrincipal() caller: Principal, @Param('id') id: string): Promise<ChatResponse> {
    return this.shared.share(caller, id);
  }

  /** For the owner. False when the chat was not shared. */
  @Audited()
  @Delete(':id/share')
  unshare(@CurrentPrincipal() caller: Principal, @Param('id') id: string): Promise<boolean> {
    return this.shared.unshare(caller, id);
  }

  /** For the owner. */
  @UseGuards(StoredChatsGuard)
  @Post(':id/clone')
  clone(
    @CurrentPrincipal() caller: Principal,
    @Param('id') id: string,
    @Body() request: CloneChatRequest,
  ): Promise<ChatResponse> {
    return this.clones.clone(caller, id, request.title);
  }

  /** A copy of what a shared link shows. */
  @Audited()
  @UseGuards(StoredChatsGuard)
  @Post(':id/clone/shared')
  cloneShared(@CurrentPrincipal() caller: Principal, @Param('id') id: string): Promise<ChatResponse> {
    return this.clones.cloneShared(caller, id);
  }
}
