import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import type { UserInfoResponse } from '../users/users.dto';
import {
  GroupExportResponse,
  GroupListQuery,
  GroupMembersRequest,
  GroupRequest,
  GroupWithCountResponse,
} from './groups.dto';
import { GroupsService } from './groups.service';

@ApiTags('groups')
@ApiAuth()
@Controller('api/v1/groups')
export class GroupsController {
  constructor(private readonly groups: GroupsService) {}

  @ApiOperation({ summary: 'Groups, last changed first: all for administrators, own ones for others' })
  @Get()
  list(@CurrentPrincipal() principal: Principal, @Query() query: GroupListQuery): Promise<GroupWithCountResponse[]> {
    return this.groups.list(principal, query.share);
  }

  /** Create a group. */
  @Roles('admin')
  @Post('create')
  create(@CurrentPrincipal() principal: Principal, @Body() request: GroupRequest): Promise<GroupWithCountResponse> {
    return this.groups.create(principal, request);
  }

  /** One group, with the number of its members. */
  @Roles('admin')
  @Get('id/:id')
  get(@Param('id') id: string): Promise<GroupWithCountResponse> {
    return this.groups.get(id);
  }

  @ApiOperation({ summary: 'A group with the ids of its members' })
  @Roles('admin')
  @Get('id/:id/export')
  export(@Param('id') id: string): Promise<GroupExportResponse> {
    return this.groups.export(id);
  }

  @ApiOperation({ summary: 'The members of a group' })
  @Roles('admin')
  @Post('id/:id/users')
  listMembers(@Param('id') id: string): Promise<UserInfoResponse[]> {
    return this.groups.listMembers(id);
  }

  /** Change name, description, permissions or data of a group. */
  @Roles('admin')
  @Post('id/:id/update')
  update(@Param('id') id: string, @Body() request: GroupRequest): Promise<GroupWithCountResponse> {
    return this.groups.update(id, request);
  }

  /** Add users to a group. */
  @Roles('admin')
  @Post('id/:id/users/add')
  addMembers(@Param('id') id: string, @Body() request: GroupMembersRequest): Promise<GroupWithCountResponse> {
    return this.groups.addMembers(id, request.user_ids ?? []);
  }

  /** Remove users from a group. */
  @Roles('admin')
  @Post('id/:id/users/remove')
  removeMembers(@Param('id') id: string, @Body() request: GroupMembersRequest): Promise<GroupWithCountResponse> {
    return this.groups.removeMembers(id, request.user_ids ?? []);
  }

  @ApiOperation({ summary: 'Delete a group; also true for an unknown one' })
  @Roles('admin')
  @Delete('id/:id/delete')
  delete(@Param('id') id: string): Promise<boolean> {
    return this.groups.delete(id);
  }
}
