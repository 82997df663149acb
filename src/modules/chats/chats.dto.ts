import { PickType } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString } from 'class-validator';
import type { JsonObject } from '../../common/util/json';
import { jsonPieces } from '../../common/util/json-pieces';
import { IsLaxBoolean, IsLaxInt } from '../../common/validation/fields';
import type { Chat } from './chat.entity';
import type { ChatTitle } from './chats.types';
import type { SharedChat } from './shared-chat.entity';
import type { Tag } from './tag.entity';

/** Of `chat.history.messages.<id>`. */
const MESSAGE_DEPTH = 4;

/** `user_id` of a snapshot is this and the id of its chat; clients ask for the user of that name. */
export const SHARED_PREFIX = 'shared-';

export class ListChatsQuery {
  /** Counts from 1; 60 chats each. All chats without it. */
  @IsOptional()
  @IsLaxInt()
  page?: number;

  /** Also those that are pinned. */
  @IsOptional()
  @IsLaxBoolean()
  include_pinned?: boolean;

  /** Also those in folders. */
  @IsOptional()
  @IsLaxBoolean()
  include_folders?: boolean;
}

export class ChatOverviewQuery {
  /** Counts from 1; 60 chats each. */
  @IsOptional()
  @IsLaxInt()
  page?: number;

  /** Part of the title. */
  @IsOptional()
  @IsString()
  query?: string;

  /** `title`, `created_at` or `updated_at`; says nothing without `direction`. */
  @IsOptional()
  @IsString()
  order_by?: string;

  /** `asc` or `desc`; says nothing without `order_by`. */
  @IsOptional()
  @IsString()
  direction?: string;
}

export class TagRequest {
  @IsString()
  name: string;
}

/** `skip` and `limit` are ignored: the list is whole. */
export class TaggedChatsRequest extends TagRequest {
  @IsOptional()
  @IsLaxInt()
  skip?: number;

  @IsOptional()
  @IsLaxInt()
  limit?: number;
}

export class CreateChatRequest {
  /** The client's object: `title`, `models`, `history: {messages, currentId}`, `messages`, `params`, `files`, and any other key. */
  @IsObject()
  chat: Record<string, unknown>;

  /** One of the caller's folders. */
  @IsOptional()
  @IsString()
  folder_id?: string | null;
}

/** `folder_id` is ignored. */
export class UpdateChatRequest {
  /** The top-level keys to replace; others stay. Messages that the tree lacks stay unless they were removed on purpose. */
  @IsObject()
  chat: Record<string, unknown>;

  @IsOptional()
  @IsString()
  folder_id?: string | null;
}

export class CloneChatRequest {
  /** `Clone of <title>` without it. */
  @IsOptional()
  @IsString()
  title?: string | null;
}

export class EditMessageRequest {
  /** The new text. */
  @IsString()
  content: string;
}

export class MessageEventRequest {
  /** `status`, `message`, `replace`, `files`, `embeds`, `source` and `citation` are stored; any other type is passed on. */
  @IsString()
  type: string;

  /** What listeners get; its form depends on the type. */
  @IsObject()
  data: Record<string, unknown>;
}

export class ChatResponse {
  id: string;
  /** Id of the owner. */
  user_id: string;
  /** The same as `chat.title`; `New Chat` when that is missing. */
  title: string;
  /** The client's object, every key kept in its place. */
  chat: Record<string, unknown>;
  /** Unix seconds. */
  updated_at: number;
  /** Unix seconds. */
  created_at: number;
  /** Id of the shared snapshot. */
  share_id: string | null;
  archived: boolean;
  pinned: boolean | null;
  /** `{tags: [tag id…]}` once the chat had tags. */
  meta: Record<string, unknown>;
  folder_id: string | null;
}

export class ChatTitleResponse extends PickType(ChatResponse, ['id', 'title', 'updated_at', 'created_at']) {}

export class TagResponse {
  /** The name in lower case with `_` for each space. */
  id: string;
  /** As first typed. */
  name: string;
  user_id: string;
  meta: Record<string, unknown> | null;
}

export const toChatTitleResponse = (chat: ChatTitle): ChatTitleResponse => ({
  id: chat.id,
  title: chat.title,
  updated_at: chat.updatedAt,
  created_at: chat.createdAt,
});

/** `content` is the client's object, put together. */
export const toChatResponse = (chat: Chat, content: JsonObject): ChatResponse => ({
  id: chat.id,
  user_id: chat.userId,
  title: chat.title,
  chat: content,
  updated_at: chat.updatedAt,
  created_at: chat.createdAt,
  share_id: chat.shareId,
  archived: chat.archived,
  pinned: chat.pinned,
  meta: chat.meta,
  folder_id: chat.folderId,
});

/** Its JSON, with a piece for each message. */
export const toJsonPieces = (chat: ChatResponse): AsyncIterable<string> => jsonPieces(chat, MESSAGE_DEPTH);

/** What a chat has besides its content that a copy may take over. */
export type ChatColumns = Pick<Chat, 'meta' | 'pinned' | 'folderId' | 'createdAt' | 'updatedAt'>;

export const toChatColumns = ({ meta, pinned, folder_id }: ChatResponse): Partial<ChatColumns> => ({
  meta,
  pinned,
  folderId: folder_id,
});

/** A snapshot in the form of a chat; it belongs to nobody but its chat. */
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

export const toTagResponse = ({ id, name, userId, meta }: Tag): TagResponse => ({ id, name, user_id: userId, meta });
