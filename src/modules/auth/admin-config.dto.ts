import { IsOptional, IsString } from 'class-validator';
import { ROLES, type Role } from '../../common/auth/principal';
import { IsLaxBoolean } from '../../common/validation/fields';
import type { AuthSettings } from './auth.settings';
import { isFormDuration } from './duration';
import type { InterfaceSettings } from './interface.settings';

export class AdminConfigRequest {
  /** Name and address of an administrator are shown to accounts that wait for approval. */
  @IsLaxBoolean()
  SHOW_ADMIN_DETAILS: boolean;

  /** Public base URL of the installation. */
  @IsString()
  WEBUI_URL: string;

  /** People may make accounts for themselves. */
  @IsLaxBoolean()
  ENABLE_SIGNUP: boolean;

  @IsLaxBoolean()
  ENABLE_API_KEYS: boolean;

  /** API keys are only good for `API_KEYS_ALLOWED_ENDPOINTS`. */
  @IsLaxBoolean()
  ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS: boolean;

  /** Paths, separated by commas; each with everything below it. */
  @IsString()
  API_KEYS_ALLOWED_ENDPOINTS: string;

  /** `pending`, `user` or `admin`; anything else leaves it as it is. */
  @IsString()
  DEFAULT_USER_ROLE: string;

  /** Group that new accounts join; empty for none. */
  @IsString()
  DEFAULT_GROUP_ID: string;

  /** `-1`, `0` or one part such as `4w`; anything else leaves it as it is. */
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

  /** Left out is null. */
  @IsOptional()
  @IsString()
  PENDING_USER_OVERLAY_TITLE?: string | null = null;

  /** Left out is null. */
  @IsOptional()
  @IsString()
  PENDING_USER_OVERLAY_CONTENT?: string | null = null;

  /** Left out is null. */
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

export const toAdminConfigResponse = (auth: AuthSettings, ui: InterfaceSettings): AdminConfigResponse => ({
  SHOW_ADMIN_DETAILS: auth.SHOW_ADMIN_DETAILS,
  WEBUI_URL: ui.WEBUI_URL,
  ENABLE_SIGNUP: auth.ENABLE_SIGNUP,
  ENABLE_API_KEYS: auth.ENABLE_API_KEYS,
  ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS: auth.ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS,
  API_KEYS_ALLOWED_ENDPOINTS: auth.API_KEYS_ALLOWED_ENDPOINTS,
  DEFAULT_USER_ROLE: auth.DEFAULT_USER_ROLE,
  DEFAULT_GROUP_ID: auth.DEFAULT_GROUP_ID,
  JWT_EXPIRES_IN: auth.JWT_EXPIRES_IN,
  ENABLE_COMMUNITY_SHARING: ui.ENABLE_COMMUNITY_SHARING,
  ENABLE_MESSAGE_RATING: ui.ENABLE_MESSAGE_RATING,
  ENABLE_FOLDERS: ui.ENABLE_FOLDERS,
  ENABLE_CHANNELS: ui.ENABLE_CHANNELS,
  ENABLE_NOTES: ui.ENABLE_NOTES,
  ENABLE_USER_WEBHOOKS: ui.ENABLE_USER_WEBHOOKS,
  PENDING_USER_OVERLAY_TITLE: ui.PENDING_USER_OVERLAY_TITLE,
  PENDING_USER_OVERLAY_CONTENT: ui.PENDING_USER_OVERLAY_CONTENT,
  RESPONSE_WATERMARK: ui.RESPONSE_WATERMARK,
});

/** What the form changes; an unknown role and a duration that the form does not take are left out. */
export const toAuthChange = (request: AdminConfigRequest): Partial<AuthSettings> => ({
  SHOW_ADMIN_DETAILS: request.SHOW_ADMIN_DETAILS,
  ENABLE_SIGNUP: request.ENABLE_SIGNUP,
  ENABLE_API_KEYS: request.ENABLE_API_KEYS,
  ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS: request.ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS,
  API_KEYS_ALLOWED_ENDPOINTS: request.API_KEYS_ALLOWED_ENDPOINTS,
  DEFAULT_GROUP_ID: request.DEFAULT_GROUP_ID,
  ...(isRole(request.DEFAULT_USER_ROLE) && { DEFAULT_USER_ROLE: request.DEFAULT_USER_ROLE }),
  ...(isFormDuration(request.JWT_EXPIRES_IN) && { JWT_EXPIRES_IN: request.JWT_EXPIRES_IN }),
});

export const toInterfaceChange = (request: AdminConfigRequest): Partial<InterfaceSettings> => ({
  WEBUI_URL: request.WEBUI_URL,
  ENABLE_COMMUNITY_SHARING: request.ENABLE_COMMUNITY_SHARING,
  ENABLE_MESSAGE_RATING: request.ENABLE_MESSAGE_RATING,
  ENABLE_FOLDERS: request.ENABLE_FOLDERS,
  ENABLE_CHANNELS: request.ENABLE_CHANNELS,
  ENABLE_NOTES: request.ENABLE_NOTES,
  ENABLE_USER_WEBHOOKS: request.ENABLE_USER_WEBHOOKS,
  PENDING_USER_OVERLAY_TITLE: request.PENDING_USER_OVERLAY_TITLE ?? null,
  PENDING_USER_OVERLAY_CONTENT: request.PENDING_USER_OVERLAY_CONTENT ?? null,
  RESPONSE_WATERMARK: request.RESPONSE_WATERMARK ?? null,
});

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);
