import { isJsonObject } from '../../common/util/json';
import type { AccessPrincipal } from './access.types';
import type { AccessControl, Grantees } from './access-control.dto';
import type { AccessGrant, GranteeType, Permission } from './access-grant.entity';

/** One permission of one principal, without the row that it applies to. */
export type Grant = Pick<AccessGrant, 'permission' | 'principalType' | 'principalId'>;

/** The grant of a public row. */
export const PUBLIC_READ: Grant = { permission: 'read', principalType: 'public', principalId: '*' };

/** Converts an `access_control` value to rows; duplicate ids are dropped. */
export function toGrants(accessControl: AccessControl): Grant[] {
  if (accessControl === null) return [PUBLIC_READ];
  return [...grantsFor('read', accessControl.read), ...grantsFor('write', accessControl.write)];
}

/**
 * Converts the grants of a row to an `access_control` value: `null` public, `{}` none, otherwise all four lists, ids
 * sorted.
 */
export function fromGrants(grants: readonly Grant[]): AccessControl {
  if (grants.some(({ principalType }) => principalType === 'public')) return null;
  if (grants.length === 0) return {};
  return { read: granteesOf(grants, 'read'), write: granteesOf(grants, 'write') };
}

function grantsFor(permission: Permission, grantees: Grantees | null | undefined): Grant[] {
  const grantsTo = (principalType: GranteeType, ids: readonly string[] | null | undefined) =>
    [...new Set(ids)].map((principalId) => ({ permission, principalType, principalId }));
  return [...grantsTo('group', grantees?.group_ids), ...grantsTo('user', grantees?.user_ids)];
}

function granteesOf(grants: readonly Grant[], permission: Permission): Grantees {
  const idsOf = (type: GranteeType) =>
    grants
      .filter((grant) => grant.permission === permission && grant.principalType === type)
      .map(({ principalId }) => principalId)
      .sort();
  return { group_ids: idsOf('group'), user_ids: idsOf('user') };
}

/** True when an `access_control` value that is part of a setting lets the principal read. A malformed one does not. */
export function isReadableBy({ id, groupIds }: AccessPrincipal, accessControl: unknown): boolean {
  if (accessControl === null) return true;
  const read = isJsonObject(accessControl) && isJsonObject(accessControl.read) ? accessControl.read : {};
  return textsIn(read.user_ids).includes(id) || textsIn(read.group_ids).some((group) => groupIds.includes(group));
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
