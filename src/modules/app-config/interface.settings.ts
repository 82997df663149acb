import { IsBoolean, IsOptional, IsString } from 'class-validator';
import { Env, FeatureSwitch, SettingsSection, StoredAt } from '../../platform/settings/decorators';

/** Switches and texts of the interface, on the page of sign-in settings. */
@SettingsSection('interface')
export class InterfaceSettings {
  /** Offer sharing chats with the community site. */
  @StoredAt('ui.enable_community_sharing')
  @Env('ENABLE_COMMUNITY_SHARING')
  @IsBoolean()
  enable_community_sharing = true;

  /** Offer rating replies. */
  @StoredAt('ui.enable_message_rating')
  @Env('ENABLE_MESSAGE_RATING')
  @IsBoolean()
  enable_message_rating = true;

  /** Enable channels. */
  @StoredAt('channels.enable')
  @FeatureSwitch('channels')
  @Env('ENABLE_CHANNELS')
  @IsBoolean()
  enable_channels = false;

  /** Enable notes. */
  @StoredAt('notes.enable')
  @FeatureSwitch('notes')
  @Env('ENABLE_NOTES')
  @IsBoolean()
  enable_notes = true;

  /** Allow users to set a webhook for their own notifications. */
  @StoredAt('ui.enable_user_webhooks')
  @Env('ENABLE_USER_WEBHOOKS')
  @IsBoolean()
  enable_user_webhooks = true;

  /** Title shown to accounts that wait for approval. */
  @StoredAt('ui.pending_user_overlay_title')
  @Env('PENDING_USER_OVERLAY_TITLE')
  @IsOptional()
  @IsString()
  pending_user_overlay_title: string | null = '';

  /** Text shown to accounts that wait for approval. */
  @StoredAt('ui.pending_user_overlay_content')
  @Env('PENDING_USER_OVERLAY_CONTENT')
  @IsOptional()
  @IsString()
  pending_user_overlay_content: string | null = '';

  /** Appended to copied replies. */
  @StoredAt('ui.watermark')
  @Env('RESPONSE_WATERMARK')
  @IsOptional()
  @IsString()
  response_watermark: string | null = '';
}
