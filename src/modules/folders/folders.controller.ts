import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, RequireFeature } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { ForbiddenError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import {
  CreateFolderRequest,
  ExpandFolderRequest,
  MoveFolderRequest,
  UpdateFolderRequest,
  type FolderResponse,
  type FolderSummaryResponse,
} from './folders.dto';
import { FoldersService } from './folders.service';

/** Folders are deleted in `chats`, since their chats are deleted with them. */
@ApiTags('folders')
@ApiAuth()
@RequireFeature('folders', { refusal: () => new ForbiddenError(Detail.accessProhibited) })
@Controller('api/v1/folders')
export class FoldersController {
  constructor(private readonly folders: FoldersService) {}

  /** Own folders, most recently changed first. */
  @Get()
  list(@CurrentPrincipal() principal: Principal): Promise<FolderSummaryResponse[]> {
    return this.folders.list(principal);
  }

  /** Create a folder at the top. */
  @Post()
  create(@CurrentPrincipal() principal: Principal, @Body() request: CreateFolderRequest): Promise<FolderResponse> {
    return this.folders.create(principal, request);
  }

  /** One own folder. */
  @Get(':id')
  get(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<FolderResponse> {
    return this.folders.get(principal, id);
  }

  /** Change name, data or meta of a folder. Absent fields are unchanged; `data` and `meta` are merged by key. */
  @Post(':id/update')
  update(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() request: UpdateFolderRequest,
  ): Promise<FolderResponse> {
    return this.folders.update(principal, id, request);
  }

  /** Move a folder to another one, or to the top. */
  @Post(':id/update/parent')
  move(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() request: MoveFolderRequest,
  ): Promise<FolderResponse> {
    return this.folders.move(principal, id, request.parent_id ?? null);
  }

  /** Expand or collapse a folder in the sidebar. */
  @Post(':id/update/expanded')
  expand(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() request: ExpandFolderRequest,
  ): Promise<FolderResponse> {
    return this.folders.expand(principal, id, request.is_expanded);
  }
}
