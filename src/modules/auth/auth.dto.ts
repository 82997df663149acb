import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { ROLES, type Role } from '../../common/auth/principal';
import { IsCalendarDate } from '../../common/validation/fields';
import { MAX_DESCRIPTION, MAX_NAME } from '../../common/validation/lengths';
import { PermissionTree } from '../groups/permissions/permission-tree.dto';
import { IsProfileImageUrl } from '../users/profile-image.dto';
import type { UserProfile } from '../users/users.types';
import type { IssuedToken } from './sessions/token.service';

export class SignInRequest {
  @IsString()
  email: string;

  @IsString()
  password: string;
}

export class SignUpRequest {
  @IsString()
  @MaxLength(MAX_NAME)
  name: string;

  @IsString()
  email: string;

  /** At most 72 bytes. */
  @IsString()
  password: string;

  /** A path, an http(s) URL, or a raster image as a data URL; null is the default picture. */
  @IsOptional()
  @IsString()
  @IsProfileImageUrl()
  profile_image_url?: string | null;
}

export class AddUserRequest extends SignUpRequest {
  @IsOptional()
  @IsIn(ROLES)
  role?: Role = 'pending';
}

export class UpdatePasswordRequest {
  /** The current password. */
  @IsString()
  password: string;

  /** At most 72 bytes. */
  @IsString()
  new_password: string;
}

export class UpdateProfileRequest {
  /** A path, an http(s) URL, or a raster image as a data URL. */
  @IsString()
  @IsProfileImageUrl()
  profile_image_url: string;

  @IsString()
  @MaxLength(MAX_NAME)
  name: string;

  /** Absent or null clears it. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_DESCRIPTION)
  bio?: string | null;

  /** Absent or null clears it. */
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME)
  gender?: string | null;

  /** `YYYY-MM-DD`; absent or null clears it. */
  @IsOptional()
  @IsCalendarDate()
  date_of_birth?: string | null;
}

export class UserProfileSummaryResponse {
  /** UUID. */
  id: string;
  name: string;
  role: Role;
  /** Lower case. */
  email: string;
  profile_image_url: string;
}

/** A new account. The token belongs to the new account. */
export class AddUserResponse extends UserProfileSummaryResponse {
  token: string;
  /** `Bearer` */
  token_type: string;
}

/** A new session. */
export class SessionUserResponse extends AddUserResponse {
  /** Unix seconds; null for an unlimited session. */
  expires_at: number | null;
  /** Permissions of the user; administrators may do more. */
  permissions: PermissionTree;
}

/** The session of the principal, with the own profile. */
export class SessionUserInfoResponse extends SessionUserResponse {
  status_emoji: string | null;
  status_message: string | null;
  /** Unix seconds. */
  status_expires_at: number | null;
  bio: string | null;
  gender: string | null;
  /** `YYYY-MM-DD` */
  date_of_birth: string | null;
}

export class SignOutResponse {
  status: boolean;
  /** URL that the browser should open next. */
  redirect_url?: string;
}

export class AdminDetailsResponse {
  name: string | null;
  email: string | null;
}

export const toProfileSummaryResponse = (user: UserProfile): UserProfileSummaryResponse => ({
  id: user.id,
  name: user.name,
  role: user.role,
  email: user.email,
  profile_image_url: user.profileImageUrl,
});

export const toAddUserResponse = (user: UserProfile, token: string): AddUserResponse => ({
  token,
  token_type: 'Bearer',
  ...toProfileSummaryResponse(user),
});

export const toSessionUserResponse = (
  user: UserProfile,
  { token, expiresAt }: IssuedToken,
  permissions: PermissionTree,
): SessionUserResponse => ({ ...toAddUserResponse(user, token), expires_at: expiresAt, permissions });

export const toSessionUserInfoResponse = (
  user: UserProfile,
  session: IssuedToken,
  permissions: PermissionTree,
): SessionUserInfoResponse => ({
  ...toSessionUserResponse(user, session, permissions),
  status_emoji: user.statusEmoji,
  status_message: user.statusMessage,
  status_expires_at: user.statusExpiresAt,
  bio: user.bio,
  gender: user.gender,
  date_of_birth: user.dateOfBirth,
});
