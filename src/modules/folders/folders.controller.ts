import { Body, Controller, Get, Param, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { FoldersEnabledGuard } from './folders-enabled.guard';
import {
  CreateFolderRequest,
  ExpandFolderRequest,
  MoveFolderRequest,
  UpdateFolderRequest,
  type FolderResponse,
  type FolderSummaryResponse,
} from './folders.dto';
import { FoldersService } from './folders.service';

/** Deleting is in `chats`, which knows what lies in a folder. */
@ApiTags('folders')
@ApiAuth()
@UseGuards(FoldersEnabledGuard)
@Controller('api/v1/folders')
export class FoldersController {
  constructor(private readonly folders: FoldersService) {}

  /** The caller's folders, last changed first. */
  @Get()
  list(@CurrentPrincipal() caller: Principal): Promise<FolderSummaryResponse[]> {
    return this.folders.list(caller);
  }

  /** A folder at the top. */
  @Post()
  create(@CurrentPrincipal() caller: Principal, @Body() request: CreateFolderRequest): Promise<FolderResponse> {
    return this.folders.create(caller, request);
  }

  @Get(':id')
  get(@CurrentPrincipal() caller: Principal, @Param('id') id: string): Promise<FolderResponse> {
    return this.folders.get(caller, id);
  }

  /** Changes what is sent; `data` and `meta` key by key. */
  @Post(':id/update')
  update(
    @CurrentPrincipal() caller: Principal,
    @Param('id') id: string,
    @Body() request: UpdateFolderRequest,
  ): Promise<FolderResponse> {
    return this.folders.update(caller, id, request);
  }

  /** Into another folder, or to the top. */
  @Post(':id/update/parent')
  move(
    @CurrentPrincipal() caller: Principal,
    @Param('id') id: string,
    @Body() request: MoveFolderRequest,
  ): Promise<FolderResponse> {
    return this.folders.move(caller, id, request.parent_id ?? null);
  }

  /** Whether the sidebar shows what lies in it. */
  @Post(':id/update/expanded')
  expand(
    @CurrentPrincipal() caller: Principal,
    @Param('id') id: string,
    @Body() request: ExpandFolderRequest,
  ): Promise<FolderResponse> {
    return this.folders.expand(caller, id, request.is_expanded);
  }
}
