import { Controller, Delete, Get, Param, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import { AccessProhibitedError } from '../../../common/errors/app-error';
import { Audited } from '../../../platform/audit/audited.decorator';
import type { ChatResponse } from '../chats.dto';
import { StoredChatsGuard } from '../stored-chats.guard';
import { SharedChatsService } from './shared-chats.service';

@ApiTags('chats')
@ApiAuth()
@Controller('api/v1/chats')
export class SharedChatsController {
  constructor(private readonly shared: SharedChatsService) {}

  /**
   * The snapshot of a shared chat. For every verified user who has the id. Administrators with access to chats may pass
   * the id of any chat.
   */
  @Audited()
  @Get('share/:share_id')
  get(@CurrentPrincipal() principal: Principal, @Param('share_id') shareId: string): Promise<ChatResponse> {
    return this.shared.get(principal, shareId);
  }

  /**
   * Share a chat. For the owner, with the permission `chat.share`. Returns the snapshot; sharing again updates it under
   * the same id.
   */
  @Audited()
  @RequirePermission('chat.share', { refusal: () => new AccessProhibitedError() })
  @Post(':id/share')
  share(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<ChatResponse> {
    return this.shared.share(principal, id);
  }

  /** Stop sharing a chat. For the owner. False when the chat was not shared. */
  @Audited()
  @Delete(':id/share')
  unshare(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<boolean> {
    return this.shared.unshare(principal, id);
  }

  /** Copies a shared snapshot to a new chat of the user. */
  @Audited()
  @UseGuards(StoredChatsGuard)
  @Post(':id/clone/shared')
  cloneShared(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<ChatResponse> {
    return this.shared.clone(principal, id);
  }
}
