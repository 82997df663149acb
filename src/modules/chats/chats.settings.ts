import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { Env, SettingsSection } from '../../platform/settings/decorators';

@SettingsSection('chats')
export class ChatsSettings {
  /** Administrators may read the chats of users and write to their messages. */
  @Env('ENABLE_ADMIN_CHAT_ACCESS')
  @IsBoolean()
  enable_admin_chat_access = true;

  /** Seconds between two looks for messages that the search does not know yet; 0: only when somebody searches. */
  @Env('CHAT_SEARCH_INDEX_INTERVAL')
  @IsInt()
  @Min(0)
  @Max(3600)
  search_index_interval = 15;

  /** Administrators may export the chats of everybody. */
  @Env('ENABLE_ADMIN_EXPORT')
  @IsBoolean()
  enable_admin_export = true;

  /** Images in messages are kept in files and named by URL; exports have them inside again. */
  @Env('CHAT_IMAGES_IN_FILES')
  @IsBoolean()
  images_in_files = true;
}
