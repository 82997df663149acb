import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import type { Answer } from '../../common/http/answers/answer';
import type { JsonObject } from '../../common/util/json';
import {
  UserActiveResponse,
  UserInfoListResponse,
  UserResponse,
  UserSettingsResponse,
  UserStatusRequest,
  toStatusChange,
} from './users.dto';
import { UserViewsService } from './user-views.service';
import { UsersService } from './users.service';

/**
 * The user's own account, and the parts of accounts that others can see. `GET users/{id}` is in `auth`: it must follow
 * all fixed paths.
 */
@ApiTags('users')
@ApiAuth()
@Controller('api/v1/users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly views: UserViewsService,
  ) {}

  @ApiOperation({ summary: 'All accounts, newest first' })
  @Roles('admin')
  @Get('all')
  listAll(): Promise<UserInfoListResponse> {
    return this.views.listAll();
  }

  @ApiOperation({ summary: 'Own settings; null when none were ever saved' })
  @ApiExtraModels(UserSettingsResponse)
  @ApiOkResponse({ schema: { allOf: [{ $ref: getSchemaPath(UserSettingsResponse) }], nullable: true } })
  @Get('user/settings')
  getSettings(@CurrentPrincipal() principal: Principal): Promise<JsonObject | null> {
    return this.users.settingsOf(principal);
  }

  @ApiOperation({ summary: 'Own account with its status' })
  @Get('user/status')
  getStatus(@CurrentPrincipal() principal: Principal): Promise<UserResponse> {
    return this.views.getOwn(principal);
  }

  @ApiOperation({ summary: 'Change the own status' })
  @Post('user/status/update')
  updateStatus(@CurrentPrincipal() principal: Principal, @Body() request: UserStatusRequest): Promise<UserResponse> {
    return this.views.updateStatus(principal, toStatusChange(request));
  }

  @ApiOperation({ summary: 'Own free-form information' })
  @ApiOkResponse({ schema: { type: 'object', nullable: true, additionalProperties: true } })
  @Get('user/info')
  getInfo(@CurrentPrincipal() principal: Principal): Promise<JsonObject | null> {
    return this.views.getInfo(principal);
  }

  @ApiOperation({ summary: 'Merge keys into the own free-form information' })
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  @Post('user/info/update')
  updateInfo(@CurrentPrincipal() principal: Principal, @Body() change: Record<string, unknown>): Promise<JsonObject> {
    return this.users.mergeInfo(principal.id, change);
  }

  @ApiOperation({ summary: 'Whether an account was active within the last three minutes' })
  @Get(':user_id/active')
  getActive(@Param('user_id') id: string): Promise<UserActiveResponse> {
    return this.views.getActive(id);
  }

  @ApiOperation({ summary: 'Picture of an account, or a redirect to it' })
  @ApiProduces('image/png', 'image/jpeg', 'image/gif', 'image/webp')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @Get(':user_id/profile/image')
  getImage(@Param('user_id') id: string): Promise<Answer> {
    return this.views.getImage(id);
  }
}
