import type { ChatResponse } from '../chats.dto';
import type { SharedChat } from './shared-chat.entity';

/** Prefix of the `user_id` of a snapshot, followed by the chat id; clients request the user of that id. */
export const SHARED_PREFIX = 'shared-';

/** A snapshot in the shape of a chat. */
export const toSharedChatResponse = (shared: SharedChat): ChatResponse => ({
  id: shared.id,
  user_id: `${SHARED_PREFIX}${shared.chatId}`,
  title: shared.title,
  chat: shared.content,
  updated_at: shared.updatedAt,
  created_at: shared.createdAt,
  share_id: null,
  archived: false,
  pinned: shared.pinned,
  meta: shared.meta,
  folder_id: shared.folderId,
});
