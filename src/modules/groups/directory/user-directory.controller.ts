import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import { UserInfoListResponse } from '../../users/users.dto';
import { GroupResponse } from '../groups.dto';
import { GroupsService } from '../groups.service';
import { UserDirectoryQuery, UserDirectoryResponse } from './user-directory.dto';
import { UserDirectoryService } from './user-directory.service';

/** Routes below `users` that depend on groups. */
@ApiTags('users')
@ApiAuth()
@Controller('api/v1/users')
export class UserDirectoryController {
  constructor(
    private readonly directory: UserDirectoryService,
    private readonly groups: GroupsService,
  ) {}

  @ApiOperation({ summary: 'Accounts with their groups, 30 per page' })
  @Roles('admin')
  @Get()
  list(@Query() query: UserDirectoryQuery): Promise<UserDirectoryResponse> {
    return this.directory.list(query);
  }

  @ApiOperation({ summary: 'Find accounts by name or e-mail address, 30 per page' })
  @Get('search')
  search(@Query() query: UserDirectoryQuery): Promise<UserInfoListResponse> {
    return this.directory.search(query);
  }

  @ApiOperation({ summary: 'Own groups' })
  @Get('groups')
  listOwnGroups(@CurrentPrincipal() principal: Principal): Promise<GroupResponse[]> {
    return this.groups.listOf(principal.id);
  }

  @ApiOperation({ summary: 'Groups of an account' })
  @Roles('admin')
  @Get(':user_id/groups')
  listGroups(@Param('user_id') id: string): Promise<GroupResponse[]> {
    return this.groups.listOf(id);
  }
}
