import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { UserProfileResponse, UserResponse } from '../users/users.dto';
import { UserViewsService } from '../users/user-views.service';
import { UpdateUserRequest } from './accounts.dto';
import { AccountsService } from './accounts.service';

/**
 * Accounts by id. Here and not in `users`, because changing one ends sessions, and because `GET :user_id` has to be
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

  @ApiOperation({ summary: 'What anybody may know of an account' })
  @Get(':user_id')
  getProfile(@CurrentPrincipal() principal: Principal, @Param('user_id') id: string): Promise<UserProfileResponse> {
    return this.views.getProfile(principal, id);
  }

  @ApiOperation({ summary: 'Change an account; a new role or password signs it out everywhere' })
  @Roles('admin')
  @Post(':user_id/update')
  update(
    @CurrentPrincipal() principal: Principal,
    @Param('user_id') id: string,
    @Body() request: UpdateUserRequest,
  ): Promise<UserResponse> {
    return this.accounts.update(principal, id, request);
  }

  @ApiOperation({ summary: 'Delete an account with its personal data; true for an unknown one, too' })
  @Roles('admin')
  @Delete(':user_id')
  delete(@CurrentPrincipal() principal: Principal, @Param('user_id') id: string): Promise<boolean> {
    return this.accounts.delete(principal, id);
  }
}
