import { IsOptional, IsString } from 'class-validator';
import { IsLaxInt } from '../../../common/validation/fields';
import { UserResponse } from '../../users/users.dto';

export class UserDirectoryQuery {
  /** Part of the name or the e-mail address, case-insensitive. */
  @IsOptional()
  @IsString()
  query?: string;

  /** `name`, `email`, `created_at`, `last_active_at`, `updated_at`, `role`, or `group_id:<id>`: members first. */
  @IsOptional()
  @IsString()
  order_by?: string;

  /** `asc`; anything else is descending. */
  @IsOptional()
  @IsString()
  direction?: string;

  /** Starts at 1; 30 accounts per page. */
  @IsOptional()
  @IsLaxInt()
  page?: number = 1;
}

export class UserWithGroupsResponse extends UserResponse {
  /** Ids of the groups of the account. */
  group_ids: string[];
}

export class UserDirectoryResponse {
  users: UserWithGroupsResponse[];
  /** Number of matches on all pages. */
  total: number;
}
