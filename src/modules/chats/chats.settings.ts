import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { Env, SettingsSection } from '../../platform/settings/decorators';

@SettingsSection('chats')
export class ChatsSettings {
  /** Allow administrators to read the chats of users and to write to their messages. */
  @Env('ENABLE_ADMIN_CHAT_ACCESS')
  @IsBoolean()
  enable_admin_chat_access = true;

  /** Seconds between background updates of the search index; 0 updates it only before a search. */
  @Env('CHAT_SEARCH_INDEX_INTERVAL')
  @IsInt()
  @Min(0)
  @Max(3600)
  search_index_interval = 15;

  /** Allow administrators to export the chats of all users. */
  @Env('ENABLE_ADMIN_EXPORT')
  @IsBoolean()
  enable_admin_export = true;

  /** Store images of messages as files and reference them by URL; exports contain them inline. */
  @Env('CHAT_IMAGES_IN_FILES')
  @IsBoolean()
  images_in_files = true;
}
