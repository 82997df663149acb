import type { AccessControl, Grantees } from './access-control.dto';
import type { AccessGrant, GranteeType, Permission } from './access-grant.entity';

/** One permission of one principal, without the row that it is for. */
export type Grant = Pick<AccessGrant, 'permission' | 'principalType' | 'principalId'>;

/** What a public row has instead of grants to principals. */
export const PUBLIC_READ: Grant = { permission: 'read', principalType: 'public', principalId: '*' };

/** The rows of the flat table for an `access_control` value; ids that are listed twice count once. */
export function toGrants(accessControl: AccessControl): Grant[] {
  if (accessControl === null) return [PUBLIC_READ];
  return [...grantsFor('read', accessControl.read), ...grantsFor('write', accessControl.write)];
}

/** The `access_control` value of a row's grants: `null` public, `{}` none, otherwise all four lists, ids sorted. */
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
