import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { Audited } from '../../platform/audit/audited.decorator';
import { ChatDeletionService } from './chat-deletion.service';
import { ChatListsService } from './chat-lists.service';
import { ChatMarksService } from './chat-marks.service';
import { SearchChatsQuery, type FoundChatResponse } from './chat-search.dto';
import { ChatSearchService } from './chat-search.service';
import { ChatTagsService } from './chat-tags.service';
import {
  ChatOverviewQuery,
  ListChatsQuery,
  TaggedChatsRequest,
  type ChatTitleResponse,
  type TagResponse,
} from './chats.dto';

/** What is about many chats. Its literal paths come before those with the id of a chat. */
@ApiTags('chats')
@ApiAuth()
@Controller('api/v1/chats')
export class ChatListsController {
  constructor(
    private readonly lists: ChatListsService,
    private readonly marks: ChatMarksService,
    private readonly searching: ChatSearchService,
    private readonly deletion: ChatDeletionService,
    private readonly tags: ChatTagsService,
  ) {}

  /** The caller's chats that are neither archived nor (unless asked for) pinned or in a folder, newest first. */
  @Get(['', 'list'])
  list(@CurrentPrincipal() caller: Principal, @Query() query: ListChatsQuery): Promise<ChatTitleResponse[]> {
    return this.lists.list(caller, query);
  }

  /**
   * The caller's chats whose title or messages have the text, without regard to case and accents, newest first; archived
   * ones only with `archived:true`. Other words that narrow the search: `tag:`, `folder:`, `pinned:`, `shared:`.
   */
  @Get('search')
  search(@CurrentPrincipal() caller: Principal, @Query() query: SearchChatsQuery): Promise<FoundChatResponse[]> {
    return this.searching.search(caller, query);
  }

  /** The caller's pinned chats, newest first. */
  @Get('pinned')
  listPinned(@CurrentPrincipal() caller: Principal): Promise<ChatTitleResponse[]> {
    return this.lists.listPinned(caller);
  }

  /** The caller's archived chats. */
  @Get('archived')
  listArchived(@CurrentPrincipal() caller: Principal, @Query() query: ChatOverviewQuery): Promise<ChatTitleResponse[]> {
    return this.lists.listArchived(caller, query);
  }

  /** All chats of a user, when administrators may access chats. */
  @Audited()
  @Get('list/user/:userId')
  @Roles('admin')
  listOfUser(@Param('userId') userId: string, @Query() query: ChatOverviewQuery): Promise<ChatTitleResponse[]> {
    return this.lists.listOfUser(userId, query);
  }

  /** The tags that the caller's chats have. */
  @Get('all/tags')
  listTags(@CurrentPrincipal() caller: Principal): Promise<TagResponse[]> {
    return this.tags.list(caller.id);
  }

  /** The caller's chats with a tag, archived ones too, newest first. */
  @Post('tags')
  listTagged(@CurrentPrincipal() caller: Principal, @Body() request: TaggedChatsRequest): Promise<ChatTitleResponse[]> {
    return this.lists.listTagged(caller, request.name);
  }

  /** Every chat of the caller. */
  @Post('archive/all')
  archiveAll(@CurrentPrincipal() caller: Principal): Promise<boolean> {
    return this.marks.archiveAll(caller, true);
  }

  /** Every chat of the caller. */
  @Post('unarchive/all')
  unarchiveAll(@CurrentPrincipal() caller: Principal): Promise<boolean> {
    return this.marks.archiveAll(caller, false);
  }

  /** Every chat of the caller, with the permission `chat.delete`. */
  @Delete()
  deleteAll(@CurrentPrincipal() caller: Principal): Promise<boolean> {
    return this.deletion.deleteAll(caller);
  }
}
