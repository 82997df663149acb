import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { ROLES, type Role } from '../../../common/auth/principal';
import { MAX_NAME } from '../../../common/validation/lengths';
import { IsProfileImageUrl } from '../../users/profile-image.dto';

export class UpdateUserRequest {
  @IsIn(ROLES)
  role: Role;

  @IsString()
  @MaxLength(MAX_NAME)
  name: string;

  @IsString()
  email: string;

  /** A path, an http(s) URL, or a raster image as a data URL. */
  @IsString()
  @IsProfileImageUrl()
  profile_image_url: string;

  /** Null and empty leave it unchanged. */
  @IsOptional()
  @IsString()
  password?: string | null;
}
