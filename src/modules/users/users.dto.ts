import { IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import type { Role } from '../../common/auth/principal';
import type { JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { IsLaxInt, KeepUnknownKeys } from '../../common/validation/fields';
import { MAX_DESCRIPTION, MAX_NAME } from '../../common/validation/lengths';
import { hideCredentials } from '../../platform/settings/secret-mask';
import type { User } from './user.entity';
import type { Account, UserBrief } from './users.types';

/** Seconds without a request after which a user counts as inactive. */
export const ACTIVE_SECONDS = 180;

/** Whether the user sent a request within the last three minutes. */
export const isActive = (user: Pick<User, 'lastActiveAt'>): boolean =>
  user.lastActiveAt >= nowSeconds() - ACTIVE_SECONDS;

/** The status that a user shows to others. */
export class UserStatusRequest {
  /** Emoji or its short name; empty clears, null leaves it unchanged. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME)
  status_emoji?: string | null;

  /** Empty clears, null leaves it unchanged. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_DESCRIPTION)
  status_message?: string | null;

  /** Unix seconds. */
  @IsOptional()
  @IsLaxInt()
  status_expires_at?: number | null;
}

/** Any keys; each replaces the stored one as a whole. */
@KeepUnknownKeys()
export class UserSettingsRequest {
  /** Settings of the user interface; absent or null clears them. */
  @IsOptional()
  @IsObject()
  ui?: Record<string, unknown> | null;

  [key: string]: unknown;
}

/** Settings as the client stores them: `ui`, and arbitrary further keys. */
export class UserSettingsResponse {
  /** Settings of the user interface. */
  @IsObject()
  ui: Record<string, unknown>;

  [key: string]: unknown;
}

/** The short form of an account, for lists and pickers. */
export class UserInfoResponse {
  /** UUID. */
  id: string;
  name: string;
  /** Lower case. */
  email: string;
  /** `pending`, `user` or `admin`. */
  role: Role;
  status_emoji: string | null;
  status_message: string | null;
  /** Unix seconds. */
  status_expires_at: number | null;
}

/** The owner of a row in lists of other resources. */
export class UserSummaryResponse {
  /** UUID. */
  id: string;
  name: string;
  /** `pending`, `user` or `admin`. */
  role: Role;
  /** Lower case. */
  email: string;
}

export class UserInfoListResponse {
  users: UserInfoResponse[];
  /** Number of matches on all pages. */
  total: number;
}

/** An account as administrators and its owner see it. */
export class UserResponse extends UserInfoResponse {
  /** Always null; exists for clients that read it. */
  username: string | null;
  /** A path, a URL, or a data URL of a raster image. */
  profile_image_url: string;
  /** Always null; exists for clients that read it. */
  profile_banner_image_url: string | null;
  bio: string | null;
  gender: string | null;
  /** `YYYY-MM-DD`. */
  date_of_birth: string | null;
  /** Always null; exists for clients that read it. */
  timezone: string | null;
  /** Always null; exists for clients that read it. */
  presence_state: string | null;
  /** Free-form object. */
  info: Record<string, unknown> | null;
  /** Free-form object with the client's settings; credentials in it are masked for administrators. */
  settings: Record<string, unknown> | null;
  /** Subjects at identity providers. */
  oauth: Record<string, unknown> | null;
  /** Unix seconds. */
  last_active_at: number;
  /** Unix seconds. */
  updated_at: number;
  /** Unix seconds. */
  created_at: number;
}

/** The public fields of an account. */
export class UserProfileResponse {
  /** UUID. */
  id: string;
  name: string;
  profile_image_url: string;
  bio: string | null;
  /** There was a request within the last three minutes. */
  is_active: boolean;
  status_emoji: string | null;
  status_message: string | null;
  /** Unix seconds. */
  status_expires_at: number | null;
  /** Only for the account itself and administrators. */
  gender?: string | null;
  /** `YYYY-MM-DD`; only for the account itself and administrators. */
  date_of_birth?: string | null;
}

export class UserActiveResponse {
  /** There was a request within the last three minutes. */
  active: boolean;
}

const toStatus = (user: Pick<User, 'statusEmoji' | 'statusMessage' | 'statusExpiresAt'>) => ({
  status_emoji: user.statusEmoji,
  status_message: user.statusMessage,
  status_expires_at: user.statusExpiresAt,
});

export const toUserInfoResponse = (user: UserBrief): UserInfoResponse => ({
  id: user.id,
  name: user.name,
  email: user.email,
  role: user.role,
  ...toStatus(user),
});

export const toUserResponse = (user: User): UserResponse => ({
  ...toUserInfoResponse(user),
  username: null,
  profile_image_url: user.profileImageUrl,
  profile_banner_image_url: null,
  bio: user.bio,
  gender: user.gender,
  date_of_birth: user.dateOfBirth,
  timezone: null,
  presence_state: null,
  info: user.info,
  settings: user.settings,
  oauth: user.oauth,
  last_active_at: user.lastActiveAt,
  updated_at: user.updatedAt,
  created_at: user.createdAt,
});

/** As an administrator sees an account: without the credentials in its settings, such as webhook URLs and API keys. */
export const toManagedUserResponse = (user: User): UserResponse => ({
  ...toUserResponse(user),
  settings: hideCredentials(user.settings) as JsonObject | null,
});

/** `isPrivate`: with the fields that only the account itself and administrators may see. */
export const toUserProfileResponse = (user: Account, isPrivate: boolean): UserProfileResponse => ({
  id: user.id,
  name: user.name,
  profile_image_url: user.profileImageUrl,
  bio: user.bio,
  is_active: isActive(user),
  ...toStatus(user),
  ...(isPrivate && { gender: user.gender, date_of_birth: user.dateOfBirth }),
});

/** The columns behind the status fields. */
export const toStatusChange = (request: UserStatusRequest) => ({
  statusEmoji: request.status_emoji,
  statusMessage: request.status_message,
  statusExpiresAt: request.status_expires_at,
});

/** The wire form of stored settings: `ui` is always present. */
export const toSettingsResponse = (settings: JsonObject): UserSettingsResponse => ({
  ...settings,
  ui: (settings.ui ?? {}) as JsonObject,
});
