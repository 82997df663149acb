import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import { UserSettingsRequest, UserSettingsResponse } from '../../users/users.dto';
import { UserSettingsService } from './user-settings.service';

@ApiTags('users')
@ApiAuth()
@Controller('api/v1/users/user/settings')
export class UserSettingsController {
  constructor(private readonly settings: UserSettingsService) {}

  @ApiOperation({ summary: 'Merge keys into the own settings' })
  @Post('update')
  update(
    @CurrentPrincipal() principal: Principal,
    @Body() request: UserSettingsRequest,
  ): Promise<UserSettingsResponse> {
    return this.settings.update(principal, request);
  }
}
