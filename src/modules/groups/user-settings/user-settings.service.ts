import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { toSettingsResponse, type UserSettingsRequest, type UserSettingsResponse } from '../../users/users.dto';
import { UsersService } from '../../users/users.service';
import { PermissionsService } from '../permissions/permissions.service';

@Injectable()
export class UserSettingsService {
  constructor(
    private readonly users: UsersService,
    private readonly permissions: PermissionsService,
  ) {}

  /**
   * Drops tool servers of principals without the permission: it depends on the body, so the route cannot declare it.
   */
  async update(principal: Principal, request: UserSettingsRequest): Promise<UserSettingsResponse> {
    const ui = { ...request.ui };
    if ('toolServers' in ui && !(await this.permissions.has(principal, 'features.direct_tool_servers')))
      delete ui.toolServers;
    return toSettingsResponse(await this.users.mergeSettings(principal.id, { ...request, ui }));
  }
}
