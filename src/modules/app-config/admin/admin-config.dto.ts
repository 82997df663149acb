import { IsOptional, IsString } from 'class-validator';
import { ROLES, type Role } from '../../../common/auth/principal';
import { IsLaxBoolean } from '../../../common/validation/fields';
import type { AuthSettings } from '../../auth/auth.settings';
import type { FoldersSettings } from '../../folders/folders.settings';
import type { PublicUrlSettings } from '../../auth/public-url.settings';
import type { InterfaceSettings } from '../interface.settings';

export class AdminConfigRequest {
  /** Show name and address of an administrator to accounts that wait for approval. */
  @IsLaxBoolean()
  SHOW_ADMIN_DETAILS: boolean;

  /** Public base URL of the installation. */
  @IsString()
  WEBUI_URL: string;

  /** Allow sign-up. */
  @IsLaxBoolean()
  ENABLE_SIGNUP: boolean;

  @IsLaxBoolean()
  ENABLE_API_KEYS: boolean;

  /** Accept API keys only on `API_KEYS_ALLOWED_ENDPOINTS`. */
  @IsLaxBoolean()
  ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS: boolean;

  /** Comma-separated paths; each includes everything below it. */
  @IsString()
  API_KEYS_ALLOWED_ENDPOINTS: string;

  /** `pending`, `user` or `admin`; anything else leaves it unchanged. */
  @IsString()
  DEFAULT_USER_ROLE: string;

  /** Id of the group that new accounts join; empty for none. */
  @IsString()
  DEFAULT_GROUP_ID: string;

  /** `-1`, `0` or one part such as `4w`; anything else leaves it unchanged. */
  @IsString()
  JWT_EXPIRES_IN: string;

  @IsLaxBoolean()
  ENABLE_COMMUNITY_SHARING: boolean;

  @IsLaxBoolean()
  ENABLE_MESSAGE_RATING: boolean;

  @IsLaxBoolean()
  ENABLE_FOLDERS: boolean;

  @IsLaxBoolean()
  ENABLE_CHANNELS: boolean;

  @IsLaxBoolean()
  ENABLE_NOTES: boolean;

  @IsLaxBoolean()
  ENABLE_USER_WEBHOOKS: boolean;

  /** Absent is null. */
  @IsOptional()
  @IsString()
  PENDING_USER_OVERLAY_TITLE?: string | null = null;

  /** Absent is null. */
  @IsOptional()
  @IsString()
  PENDING_USER_OVERLAY_CONTENT?: string | null = null;

  /** Absent is null. */
  @IsOptional()
  @IsString()
  RESPONSE_WATERMARK?: string | null = null;
}

export class AdminConfigResponse extends AdminConfigRequest {
  declare DEFAULT_USER_ROLE: Role;
  declare PENDING_USER_OVERLAY_TITLE: string | null;
  declare PENDING_USER_OVERLAY_CONTENT: string | null;
  declare RESPONSE_WATERMARK: string | null;
}

/** The settings sections of the page. */
export interface AdminConfigSections {
  auth: AuthSettings;
  publicUrl: PublicUrlSettings;
  folders: FoldersSettings;
  ui: InterfaceSettings;
}

export const toAdminConfigResponse = ({ auth, publicUrl, folders, ui }: AdminConfigSections): AdminConfigResponse => ({
  SHOW_ADMIN_DETAILS: auth.show_admin_details,
  WEBUI_URL: publicUrl.url,
  ENABLE_SIGNUP: auth.enable_signup,
  ENABLE_API_KEYS: auth.enable_api_keys,
  ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS: auth.enable_api_keys_endpoint_restrictions,
  API_KEYS_ALLOWED_ENDPOINTS: auth.api_keys_allowed_endpoints,
  DEFAULT_USER_ROLE: auth.default_user_role,
  DEFAULT_GROUP_ID: auth.default_group_id,
  JWT_EXPIRES_IN: auth.jwt_expires_in,
  ENABLE_COMMUNITY_SHARING: ui.enable_community_sharing,
  ENABLE_MESSAGE_RATING: ui.enable_message_rating,
  ENABLE_FOLDERS: folders.enable,
  ENABLE_CHANNELS: ui.enable_channels,
  ENABLE_NOTES: ui.enable_notes,
  ENABLE_USER_WEBHOOKS: ui.enable_user_webhooks,
  PENDING_USER_OVERLAY_TITLE: ui.pending_user_overlay_title,
  PENDING_USER_OVERLAY_CONTENT: ui.pending_user_overlay_content,
  RESPONSE_WATERMARK: ui.response_watermark,
});

/** The changes of the form, ignoring an unknown role and an unsupported duration. */
export const toAuthChange = (request: AdminConfigRequest): Partial<AuthSettings> => ({
  show_admin_details: request.SHOW_ADMIN_DETAILS,
  enable_signup: request.ENABLE_SIGNUP,
  enable_api_keys: request.ENABLE_API_KEYS,
  enable_api_keys_endpoint_restrictions: request.ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS,
  api_keys_allowed_endpoints: request.API_KEYS_ALLOWED_ENDPOINTS,
  default_group_id: request.DEFAULT_GROUP_ID,
  ...(isRole(request.DEFAULT_USER_ROLE) && { default_user_role: request.DEFAULT_USER_ROLE }),
  ...(isFormDuration(request.JWT_EXPIRES_IN) && { jwt_expires_in: request.JWT_EXPIRES_IN }),
});

export const toInterfaceChange = (request: AdminConfigRequest): Partial<InterfaceSettings> => ({
  enable_community_sharing: request.ENABLE_COMMUNITY_SHARING,
  enable_message_rating: request.ENABLE_MESSAGE_RATING,
  enable_channels: request.ENABLE_CHANNELS,
  enable_notes: request.ENABLE_NOTES,
  enable_user_webhooks: request.ENABLE_USER_WEBHOOKS,
  pending_user_overlay_title: request.PENDING_USER_OVERLAY_TITLE ?? null,
  pending_user_overlay_content: request.PENDING_USER_OVERLAY_CONTENT ?? null,
  response_watermark: request.RESPONSE_WATERMARK ?? null,
});

const FORM_DURATION = /^(?:-1|0|-?\d+(?:\.\d+)?(?:ms|[smhdw]))$/;

/**
 * Durations that the form accepts: `-1`, `0` or a single part. Any other string leaves the setting unchanged
 * (contract).
 */
export const isFormDuration = (text: string): boolean => FORM_DURATION.test(text);

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);
