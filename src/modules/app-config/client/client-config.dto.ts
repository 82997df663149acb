import type { PermissionTree } from '../../groups/permissions/permission-tree.dto';
import type { PromptSuggestion } from '../admin/configs.dto';
import type { ServerInfo } from '../server/server.dto';

/** Feature flags of clients. The second part is for accounts only. */
export class FeatureFlags {
  auth: boolean;
  auth_trusted_header: boolean;
  enable_signup_password_confirmation: boolean;
  enable_ldap: boolean;
  enable_api_keys: boolean;
  enable_signup: boolean;
  enable_login_form: boolean;
  enable_websocket: boolean;
  enable_version_update_check: boolean;

  enable_direct_connections?: boolean;
  enable_folders?: boolean;
  enable_channels?: boolean;
  enable_notes?: boolean;
  enable_web_search?: boolean;
  enable_code_execution?: boolean;
  enable_code_interpreter?: boolean;
  enable_image_generation?: boolean;
  enable_autocomplete_generation?: boolean;
  enable_community_sharing?: boolean;
  enable_message_rating?: boolean;
  enable_user_webhooks?: boolean;
  enable_admin_export?: boolean;
  enable_admin_chat_access?: boolean;
  enable_google_drive_integration?: boolean;
  enable_onedrive_integration?: boolean;
  /** Only with `enable_onedrive_integration`, as `enable_onedrive_business`. */
  enable_onedrive_personal?: boolean;
  enable_onedrive_business?: boolean;
}

export class OAuthConfig {
  /** Display name by key of each configured identity provider. */
  providers: Record<string, string>;
}

/** Texts of the interface; pending accounts get only the first two. */
export class InterfaceTexts {
  pending_user_overlay_title: string | null;
  pending_user_overlay_content: string | null;
  response_watermark?: string | null;
}

export class CodeConfig {
  /** `pyodide` runs code blocks in the browser, `jupyter` on a server. */
  engine: string;
}

export class SpeechOutputConfig {
  /** Empty for the browser's speech synthesis. */
  engine: string;
  voice: string;
  split_on: string;
}

export class SpeechInputConfig {
  engine: string;
}

export class AudioConfig {
  tts: SpeechOutputConfig;
  stt: SpeechInputConfig;
}

export class ImageCompressionConfig {
  /** Pixels. */
  width: number | null;
  /** Pixels. */
  height: number | null;
}

export class FileConfig {
  /** Megabytes; null for no limit. */
  max_size: number | null;
  max_count: number | null;
  image_compression: ImageCompressionConfig;
}

export class GoogleDriveConfig {
  client_id: string;
  /** Public, as browsers need it. Restrict it to this origin in Google's console. */
  api_key: string;
}

export class OneDriveConfig {
  client_id_personal: string;
  client_id_business: string;
  sharepoint_url: string;
  sharepoint_tenant_id: string;
}

/**
 * Configuration for the first page of a client; with additional parts for accounts, verified users and administrators.
 */
export class ClientConfigResponse {
  /** Only while there are no accounts. */
  onboarding?: boolean;
  status: boolean;
  name: string;
  /** Release of the interface, not of this server. */
  version: string;
  default_locale: string;
  oauth: OAuthConfig;
  features: FeatureFlags;

  /** Comma-separated ids. */
  default_models?: string | null;
  /** Comma-separated ids. */
  default_pinned_models?: string | null;
  default_prompt_suggestions?: PromptSuggestion[];
  user_count?: number;
  code?: CodeConfig;
  audio?: AudioConfig;
  file?: FileConfig;
  /** Default permissions of all users; the user's own are in the session. */
  permissions?: PermissionTree;
  google_drive?: GoogleDriveConfig;
  onedrive?: OneDriveConfig;
  ui?: InterfaceTexts;
  license_metadata?: Record<string, unknown> | null;
  /** Administrators only: licensed seats. */
  active_entries?: number | null;
  server?: ServerInfo;
}

export class ChangelogEntry {
  /** The text before the first `: `; may be empty. */
  title: string;
  content: string;
  /** HTML of the list item. */
  raw: string;
}

/** By version: the date, and entries by section. */
export type ChangelogResponse = Record<string, Record<string, string | ChangelogEntry[]>>;
