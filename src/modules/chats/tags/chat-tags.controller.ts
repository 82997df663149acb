import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import { AddTagRequest, TagRequest, type TagResponse } from '../chats.dto';
import { ChatTagsService } from './chat-tags.service';

/** The tags of one chat, for its owner. */
@ApiTags('chats')
@ApiAuth()
@Controller('api/v1/chats/:id/tags')
export class ChatTagsController {
  constructor(private readonly tags: ChatTagsService) {}

  /** The tags of a chat. */
  @Get()
  list(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<TagResponse[]> {
    return this.tags.listOf(principal, id);
  }

  /** Adds a tag; returns all tags of the chat. */
  @Post()
  add(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() request: AddTagRequest,
  ): Promise<TagResponse[]> {
    return this.tags.add(principal, id, request.name);
  }

  /** Removes a tag; returns the remaining ones. */
  @Delete()
  remove(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() request: TagRequest,
  ): Promise<TagResponse[]> {
    return this.tags.remove(principal, id, request.name);
  }

  /** Remove all tags of a chat. */
  @Delete('all')
  removeAll(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<boolean> {
    return this.tags.removeAll(principal, id);
  }
}
