import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { AuthenticatedRequest } from '../../common/auth/access-rules';
import { ForbiddenError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { InterfaceSettings } from '../auth/interface.settings';
import { PermissionsService } from '../groups/permissions.service';

/**
 * Refuses whoever may not use folders: everybody while they are switched off, and users without the permission. A guard
 * of its own because clients know another answer here (403) than the one of the route rules.
 */
@Injectable()
export class FoldersEnabledGuard implements CanActivate {
  constructor(
    private readonly settings: InterfaceSettings,
    private readonly permissions: PermissionsService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { user } = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const isAllowed = user !== undefined && (await this.permissions.has(user, 'features.folders'));
    if (!this.settings.ENABLE_FOLDERS || !isAllowed) throw new ForbiddenError(Detail.accessProhibited);
    return true;
  }
}
