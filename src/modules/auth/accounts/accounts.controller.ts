import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import { UserViewsService } from '../../users/user-views.service';
import { UserProfileResponse, UserResponse } from '../../users/users.dto';
import { UpdateUserRequest } from './accounts.dto';
import { AccountsService } from './accounts.service';

/**
 * Accounts by id. Not part of `users`, because changing an account ends sessions, and because `GET :user_id` has to be
 * registered after all fixed paths below `users`.
 */
@ApiTags('users')
@ApiAuth()
@Controller('api/v1/users')
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly views: UserViewsService,
  ) {}

  @ApiOperation({ summary: 'Public profile of an account' })
  @Get(':user_id')
  getProfile(@CurrentPrincipal() principal: Principal, @Param('user_id') id: string): Promise<UserProfileResponse> {
    return this.views.getProfile(principal, id);
  }

  @ApiOperation({ summary: 'Change an account; a demotion or a new password ends its sessions' })
  @Roles('admin')
  @Post(':user_id/update')
  update(
    @CurrentPrincipal() principal: Principal,
    @Param('user_id') id: string,
    @Body() request: UpdateUserRequest,
  ): Promise<UserResponse> {
    return this.accounts.update(principal, id, request);
  }

  @ApiOperation({ summary: 'Delete an account with its personal data; also true for an unknown id' })
  @Roles('admin')
  @Delete(':user_id')
  delete(@CurrentPrincipal() principal: Principal, @Param('user_id') id: string): Promise<boolean> {
    return this.accounts.delete(principal, id);
  }
}
