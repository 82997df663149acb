import { IsBoolean, IsOptional, IsString } from 'class-validator';
import { Env, SettingsSection, StoredAt } from '../../platform/settings/decorators';

/** Switches and texts that administrators edit together with sign-in, and that clients adapt to. */
@SettingsSection('interface')
export class InterfaceSettings {
  /** Public base URL of the installation; empty when unknown. */
  @StoredAt('webui.url')
  @Env('WEBUI_URL')
  @IsString()
  WEBUI_URL = '';

  @StoredAt('ui.enable_community_sharing')
  @Env('ENABLE_COMMUNITY_SHARING')
  @IsBoolean()
  ENABLE_COMMUNITY_SHARING = true;

  @StoredAt('ui.enable_message_rating')
  @Env('ENABLE_MESSAGE_RATING')
  @IsBoolean()
  ENABLE_MESSAGE_RATING = true;

  @StoredAt('folders.enable')
  @Env('ENABLE_FOLDERS')
  @IsBoolean()
  ENABLE_FOLDERS = true;

  @StoredAt('channels.enable')
  @Env('ENABLE_CHANNELS')
  @IsBoolean()
  ENABLE_CHANNELS = false;

  @StoredAt('notes.enable')
  @Env('ENABLE_NOTES')
  @IsBoolean()
  ENABLE_NOTES = true;

  @StoredAt('ui.enable_user_webhooks')
  @Env('ENABLE_USER_WEBHOOKS')
  @IsBoolean()
  ENABLE_USER_WEBHOOKS = true;

  /** Title that accounts waiting for approval see. */
  @StoredAt('ui.pending_user_overlay_title')
  @Env('PENDING_USER_OVERLAY_TITLE')
  @IsOptional()
  @IsString()
  PENDING_USER_OVERLAY_TITLE: string | null = '';

  /** Text that accounts waiting for approval see. */
  @StoredAt('ui.pending_user_overlay_content')
  @Env('PENDING_USER_OVERLAY_CONTENT')
  @IsOptional()
  @IsString()
  PENDING_USER_OVERLAY_CONTENT: string | null = '';

  /** Text that is added to copied replies. */
  @StoredAt('ui.watermark')
  @Env('RESPONSE_WATERMARK')
  @IsOptional()
  @IsString()
  RESPONSE_WATERMARK: string | null = '';
}
