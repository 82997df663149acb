import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequirePermission, Roles } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import { AccessProhibitedError } from '../../../common/errors/app-error';
import { Audited } from '../../../platform/audit/audited.decorator';
import { ChatDeletionService } from '../chat-deletion.service';
import { ChatRecordsService } from '../chat-records.service';
import {
  ChatOverviewQuery,
  FolderChatsQuery,
  ListChatsQuery,
  TaggedChatsRequest,
  type ChatTitleResponse,
  type FolderChatResponse,
  type TagResponse,
} from '../chats.dto';
import { ChatTagsService } from '../tags/chat-tags.service';
import { ChatListsService } from './chat-lists.service';

/** Lists of chats, and operations on all chats of the principal. */
@ApiTags('chats')
@ApiAuth()
@Controller('api/v1/chats')
export class ChatListsController {
  constructor(
    private readonly lists: ChatListsService,
    private readonly records: ChatRecordsService,
    private readonly deletion: ChatDeletionService,
    private readonly tags: ChatTagsService,
  ) {}

  /** The user's chats that are not archived nor, unless requested, pinned or in a folder; newest first. */
  @Get(['', 'list'])
  list(@CurrentPrincipal() principal: Principal, @Query() query: ListChatsQuery): Promise<ChatTitleResponse[]> {
    return this.lists.list(principal, query);
  }

  /** The user's pinned chats, newest first. */
  @Get('pinned')
  listPinned(@CurrentPrincipal() principal: Principal): Promise<ChatTitleResponse[]> {
    return this.lists.listPinned(principal);
  }

  /** The user's archived chats. */
  @Get('archived')
  listArchived(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ChatOverviewQuery,
  ): Promise<ChatTitleResponse[]> {
    return this.lists.listArchived(principal, query);
  }

  /** Chats in an own folder, without pinned and archived ones, newest first. */
  @Get('folder/:folder_id/list')
  listFolder(
    @CurrentPrincipal() principal: Principal,
    @Param('folder_id') folderId: string,
    @Query() query: FolderChatsQuery,
  ): Promise<FolderChatResponse[]> {
    return this.lists.listFolder(principal, folderId, query.page);
  }

  /** All chats of a user, if administrators may access chats. */
  @Audited()
  @Get('list/user/:user_id')
  @Roles('admin')
  listOfUser(@Param('user_id') userId: string, @Query() query: ChatOverviewQuery): Promise<ChatTitleResponse[]> {
    return this.lists.listOfUser(userId, query);
  }

  /** The tags of the user's chats. */
  @Get('all/tags')
  listTags(@CurrentPrincipal() principal: Principal): Promise<TagResponse[]> {
    return this.tags.list(principal.id);
  }

  /** The user's chats with a tag, including archived ones; newest first. */
  @Post('tags')
  listTagged(
    @CurrentPrincipal() principal: Principal,
    @Body() request: TaggedChatsRequest,
  ): Promise<ChatTitleResponse[]> {
    return this.lists.listTagged(principal, request.name);
  }

  /** Archives all chats of the user. */
  @Post('archive/all')
  archiveAll(@CurrentPrincipal() principal: Principal): Promise<boolean> {
    return this.records.archiveAll(principal, true);
  }

  /** Unarchives all chats of the user. */
  @Post('unarchive/all')
  unarchiveAll(@CurrentPrincipal() principal: Principal): Promise<boolean> {
    return this.records.archiveAll(principal, false);
  }

  /** Deletes all chats of the user; needs the permission `chat.delete`. */
  @RequirePermission('chat.delete', { refusal: () => new AccessProhibitedError() })
  @Delete()
  deleteAll(@CurrentPrincipal() principal: Principal): Promise<boolean> {
    return this.deletion.deleteAll(principal);
  }
}
