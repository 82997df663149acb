import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { AuthenticatedRequest } from '../../common/auth/access-rules';
import { AccessProhibitedError } from '../../common/errors/app-error';
import { PermissionsService } from '../groups/permissions/permissions.service';

/** Refuses to store new chats of users whose chats are always temporary (`chat.temporary_enforced`). */
@Injectable()
export class StoredChatsGuard implements CanActivate {
  constructor(private readonly permissions: PermissionsService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { user } = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (user && (await this.permissions.isBound(user, 'chat.temporary_enforced'))) throw new AccessProhibitedError();
    return true;
  }
}
