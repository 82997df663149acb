import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { ChatTagsService } from './chat-tags.service';
import { TagRequest, type TagResponse } from './chats.dto';

/** The tags of one chat, for its owner. */
@ApiTags('chats')
@ApiAuth()
@Controller('api/v1/chats/:id/tags')
export class ChatTagsController {
  constructor(private readonly tags: ChatTagsService) {}

  @Get()
  list(@CurrentPrincipal() caller: Principal, @Param('id') id: string): Promise<TagResponse[]> {
    return this.tags.listOf(caller, id);
  }

  /** Answers all tags of the chat. */
  @Post()
  add(
    @CurrentPrincipal() caller: Principal,
    @Param('id') id: string,
    @Body() request: TagRequest,
  ): Promise<TagResponse[]> {
    return this.tags.add(caller, id, request.name);
  }

  /** Answers the tags that are left. */
  @Delete()
  remove(
    @CurrentPrincipal() caller: Principal,
    @Param('id') id: string,
    @Body() request: TagRequest,
  ): Promise<TagResponse[]> {
    return this.tags.remove(caller, id, request.name);
  }

  @Delete('all')
  removeAll(@CurrentPrincipal() caller: Principal, @Param('id') id: string): Promise<boolean> {
    return this.tags.removeAll(caller, id);
  }
}
