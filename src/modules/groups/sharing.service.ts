import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import type { AccessControl } from '../access/access-control.dto';
import { AccessService } from '../access/access.service';
import type { PermissionTree } from './permission-tree.dto';
import { PermissionsService } from './permissions.service';

/** Kinds of rows whose sharing takes a permission: `sharing.<kind>` and `sharing.public_<kind>`. */
export type SharedKind = Exclude<keyof PermissionTree['sharing'], `public_${string}`>;

/** How far somebody may share the rows that he decides on. */
@Injectable()
export class SharingService {
  constructor(
    private readonly permissions: PermissionsService,
    private readonly access: AccessService,
  ) {}

  /**
   * What of the wanted sharing the caller may have: to publish takes `sharing.public_<kind>`, else the row becomes
   * private; to share with further users and groups takes `sharing.<kind>`, else they are left out. What is shared may
   * stay so. Nothing is refused: clients send the sharing back with every change.
   */
  async allowed(
    caller: Principal,
    kind: SharedKind,
    { wanted, current }: { wanted: AccessControl; current: AccessControl },
  ): Promise<AccessControl> {
    if (wanted === null) {
      const mayPublish = current === null || (await this.permissions.has(caller, `sharing.public_${kind}`));
      return mayPublish ? null : {};
    }
    const mayShare = !this.access.addsTo(current, wanted) || (await this.permissions.has(caller, `sharing.${kind}`));
    return mayShare ? wanted : this.access.withoutNew(current, wanted);
  }
}
