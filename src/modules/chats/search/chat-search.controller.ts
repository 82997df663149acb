import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import { SearchChatsQuery, type FoundChatResponse } from './chat-search.dto';
import { ChatSearchService } from './chat-search.service';

@ApiTags('chats')
@ApiAuth()
@Controller('api/v1/chats/search')
export class ChatSearchController {
  constructor(private readonly chats: ChatSearchService) {}

  /**
   * The user's chats whose title or messages contain the text, ignoring case and accents; newest first. Archived chats
   * only with `archived:true`. Other filters: `tag:`, `folder:`, `pinned:`, `shared:`.
   */
  @Get()
  search(@CurrentPrincipal() principal: Principal, @Query() query: SearchChatsQuery): Promise<FoundChatResponse[]> {
    return this.chats.search(principal, query);
  }
}
