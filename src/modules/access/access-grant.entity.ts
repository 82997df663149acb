import { Entity, Index, PrimaryColumn } from 'typeorm';

export type Permission = 'read' | 'write';
export type GranteeType = 'user' | 'group' | 'public';

/** Read or write access to one shareable row, besides that of its owner. Flat, so that one index covers every check. */
@Entity('access_grant')
@Index('access_grant_principal', ['principalType', 'principalId', 'resourceType', 'permission', 'resourceId'])
export class AccessGrant {
  /** Resource type in the access rules: `prompt`, `model`, … */
  @PrimaryColumn('text')
  resourceType: string;

  @PrimaryColumn('text')
  resourceId: string;

  @PrimaryColumn('text')
  permission: Permission;

  @PrimaryColumn('text')
  principalType: GranteeType;

  /** Id of a user or group; `*` for the public. */
  @PrimaryColumn('text')
  principalId: string;
}
