import { IsArray, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import type { JsonObject } from '../../common/util/json';
import { IsLaxBoolean } from '../../common/validation/fields';
import { MAX_DESCRIPTION, MAX_NAME } from '../../common/validation/lengths';
import { IsPermissionOverlay } from './permissions/permissions';
import type { Group } from './group.entity';

export class GroupRequest {
  @IsString()
  @MaxLength(MAX_NAME)
  name: string;

  @IsString()
  @MaxLength(MAX_DESCRIPTION)
  description: string;

  /** The part of the permission tree that members get in addition to the defaults; null leaves it unchanged. */
  @IsOptional()
  @IsObject()
  @IsPermissionOverlay()
  permissions?: Record<string, unknown> | null;

  /** Free-form; `config.share: false` hides the group in the sharing picker. Null leaves it unchanged. */
  @IsOptional()
  @IsObject()
  data?: Record<string, unknown> | null;
}

export class GroupMembersRequest {
  /** User ids; null means none. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  user_ids?: string[] | null;
}

export class GroupListQuery {
  /** True: only groups that rows may be shared with; false: only the others. */
  @IsOptional()
  @IsLaxBoolean()
  share?: boolean;
}

export class GroupResponse {
  /** UUID. */
  id: string;
  /** The creator, whose account may have been deleted. */
  user_id: string;
  name: string;
  description: string;
  /** Free-form object. */
  data: Record<string, unknown> | null;
  /** Free-form object. */
  meta: Record<string, unknown> | null;
  /** The part of the permission tree that members get in addition to the defaults. */
  permissions: Record<string, unknown> | null;
  /** Unix seconds. */
  created_at: number;
  /** Unix seconds. */
  updated_at: number;
}

export class GroupWithCountResponse extends GroupResponse {
  member_count: number;
}

export class GroupExportResponse extends GroupWithCountResponse {
  /** Ids of the members. */
  user_ids: string[];
}

/** A group with its number of members. */
export type CountedGroup = Group & { memberCount: number };

export const toGroupResponse = (group: Group): GroupResponse => ({
  id: group.id,
  user_id: group.userId,
  name: group.name,
  description: group.description,
  data: group.data,
  meta: group.meta,
  permissions: group.permissions,
  created_at: group.createdAt,
  updated_at: group.updatedAt,
});

export const toGroupWithCountResponse = (group: CountedGroup): GroupWithCountResponse => ({
  ...toGroupResponse(group),
  member_count: group.memberCount,
});

/** True unless the group is hidden in the sharing picker. */
export function isShareable({ data }: Pick<Group, 'data'>): boolean {
  const config = data?.config as JsonObject | null | undefined;
  return config?.share !== false;
}
