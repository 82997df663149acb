import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { toSettingsResponse, type UserSettingsResponse } from '../users/users.dto';
import { UsersService } from '../users/users.service';
import { PermissionsService } from './permissions.service';
import type { UserSettingsRequest } from './user-settings.dto';

@Injectable()
export class UserSettingsService {
  constructor(
    private readonly users: UsersService,
    private readonly permissions: PermissionsService,
  ) {}

  /** Own tool servers are left out for users who may not have any. */
  async update(principal: Principal, request: UserSettingsRequest): Promise<UserSettingsResponse> {
    const ui = { ...request.ui };
    if ('toolServers' in ui && !(await this.permissions.has(principal, 'features.direct_tool_servers')))
      delete ui.toolServers;
    return toSettingsResponse(await this.users.mergeSettings(principal.id, { ...request, ui }));
  }
}
