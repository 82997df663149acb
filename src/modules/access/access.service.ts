import { Injectable } from '@nestjs/common';
import { isAdmin } from '../../common/auth/principal';
import { fromGrants, isReadableBy, toGrants, type Grant } from './access-control';
import type { AccessControl } from './access-control.dto';
import type { AccessGrant } from './access-grant.entity';
import { AccessGrantRepository } from './access-grant.repository';
import { AccessSettings } from './access.settings';
import type { AccessPrincipal, OwnedRows } from './access.types';

/**
 * The grants of shareable rows. Call writing methods in the transaction that writes the row itself, after that write:
 * its row lock orders concurrent changes.
 */
@Injectable()
export class AccessService {
  private readonly kinds: OwnedRows[] = [];

  constructor(
    private readonly grants: AccessGrantRepository,
    private readonly settings: AccessSettings,
  ) {}

  /** True for principals with access to every row. */
  isUnbound(principal: AccessPrincipal): boolean {
    return isAdmin(principal) && this.settings.bypass_admin_access_control;
  }

  /** The same for what has no row: `accessControl` is part of a setting. */
  mayRead(principal: AccessPrincipal, accessControl: unknown): boolean {
    return this.isUnbound(principal) || isReadableBy(principal, accessControl);
  }

  /** The sharing of these rows, with one query. A row without grants is private: `{}`. */
  async grantsOf(resourceType: string, ids: readonly string[]): Promise<Map<string, AccessControl>> {
    const grants = ids.length === 0 ? [] : await this.grants.findOf(resourceType, ids);
    const byRow = new Map<string, AccessGrant[]>(ids.map((id) => [id, []]));
    for (const grant of grants) byRow.get(grant.resourceId)?.push(grant);
    return new Map([...byRow].map(([id, list]) => [id, fromGrants(list)]));
  }

  async accessControlOf(resourceType: string, id: string): Promise<AccessControl> {
    return fromGrants(await this.grants.findOf(resourceType, [id]));
  }

  /** Also for new rows, whose id may have been used before. @returns the stored sharing. */
  async replace(resourceType: string, resourceId: string, accessControl: AccessControl): Promise<AccessControl> {
    await this.grants.deleteOf(resourceType, resourceId);
    const grants = toGrants(accessControl).map((grant) => ({ resourceType, resourceId, ...grant }));
    if (grants.length > 0) await this.grants.insert(grants);
    return fromGrants(grants);
  }

  /** True when `wanted` has a grant that `current` does not imply; a public row implies none for single users. */
  addsTo(current: AccessControl, wanted: AccessControl): boolean {
    return known(wanted, current).length < toGrants(wanted).length;
  }

  /** The part of `wanted` that `current` already has. */
  withoutNew(current: AccessControl, wanted: AccessControl): AccessControl {
    return fromGrants(known(wanted, current));
  }

  /** Call it when the row is deleted. */
  async remove(resourceType: string, id: string): Promise<void> {
    await this.grants.deleteOf(resourceType, id);
  }

  /** Call it when all rows of a kind except these are deleted. */
  async removeAllBut(resourceType: string, ids: readonly string[]): Promise<void> {
    await this.grants.deleteOfAllBut(resourceType, ids);
  }

  /** Called by each repository of shareable rows. */
  addKind(rows: OwnedRows): void {
    this.kinds.push(rows);
  }

  /** Ids of these rows that are shared. */
  async sharedOf(resourceType: string, ids: readonly string[]): Promise<string[]> {
    return ids.length === 0 ? [] : this.grants.findResourceIds(resourceType, ids);
  }

  /**
   * Transfers shared rows of a deleted owner to the heir and deletes the others. Call it in the transaction that
   * deletes the account.
   */
  async handOver(ownerId: string, heirId: string): Promise<void> {
    await this.removePrincipal('user', ownerId);
    for (const rows of this.kinds) await rows.handOver(ownerId, heirId);
  }

  /** Removes every grant to a deleted user or group. */
  async removePrincipal(type: 'user' | 'group', id: string): Promise<void> {
    await this.grants.deleteTo(type, id);
  }
}

function known(wanted: AccessControl, current: AccessControl): Grant[] {
  const keyOf = ({ permission, principalType, principalId }: Grant) => `${permission} ${principalType} ${principalId}`;
  const keys = new Set(toGrants(current).map(keyOf));
  return toGrants(wanted).filter((grant) => keys.has(keyOf(grant)));
}
