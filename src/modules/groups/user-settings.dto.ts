import { IsObject, IsOptional } from 'class-validator';
import { KeepUnknownKeys } from '../../common/validation/fields';

/** Any keys; each replaces the stored one as a whole. */
@KeepUnknownKeys()
export class UserSettingsRequest {
  /** The user interface's own settings; left out or null clears them. */
  @IsOptional()
  @IsObject()
  ui?: Record<string, unknown> | null;

  [key: string]: unknown;
}
