import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import type { AccessControl } from '../../access/access-control.dto';
import { AccessService } from '../../access/access.service';
import type { PermissionTree } from '../permissions/permission-tree.dto';
import { PermissionsService } from '../permissions/permissions.service';

/** Kinds of rows whose sharing needs a permission: `sharing.<kind>` and `sharing.public_<kind>`. */
export type SharedKind = Exclude<keyof PermissionTree['sharing'], `public_${string}`>;

/** Limits sharing by the permissions of the principal. */
@Injectable()
export class SharingService {
  constructor(
    private readonly permissions: PermissionsService,
    private readonly access: AccessService,
  ) {}

  /**
   * The part of the wanted sharing that the principal may set. Publishing needs `sharing.public_<kind>`, otherwise the
   * row becomes private; new users and groups need `sharing.<kind>`, otherwise they are dropped. Existing grants may
   * remain. Nothing is refused, because clients send the sharing with every change: the body determines which
   * permission applies, not the route.
   */
  async allowed(
    principal: Principal,
    kind: SharedKind,
    { wanted, current }: { wanted: AccessControl; current: AccessControl },
  ): Promise<AccessControl> {
    if (wanted === null) {
      const mayPublish = current === null || (await this.permissions.has(principal, `sharing.public_${kind}`));
      return mayPublish ? null : {};
    }
    const mayShare = !this.access.addsTo(current, wanted) || (await this.permissions.has(principal, `sharing.${kind}`));
    return mayShare ? wanted : this.access.withoutNew(current, wanted);
  }
}
