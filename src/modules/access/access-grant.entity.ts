import { Entity, Index, PrimaryColumn } from 'typeorm';

export type Permission = 'read' | 'write';
export type GranteeType = 'user' | 'group' | 'public';

/** Who, besides the owner, may read or write one shareable row. Flat, so that one index answers every check. */
@Entity('access_grant')
@Index('access_grant_principal', ['principalType', 'principalId', 'resourceType', 'permission', 'resourceId'])
export class AccessGrant {
  /** The table's name in the access rules: `prompt`, `model`, … */
  @PrimaryColumn('text')
  resourceType: string;

  @PrimaryColumn('text')
  resourceId: string;

  @PrimaryColumn('text')
  permission: Permission;

  @PrimaryColumn('text')
  principalType: GranteeType;

  /** A user's or a group's id; `*` for the public. */
  @PrimaryColumn('text')
  principalId: string;
}
