import { PickType } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import type { JsonObject } from '../../common/util/json';
import { jsonPieces } from '../../common/json/json-pieces';
import { IsLaxBoolean, IsLaxInt } from '../../common/validation/fields';
import { MAX_NAME } from '../../common/validation/lengths';
import type { Chat, ChatTitle } from './chat.entity';
import type { Tag } from './tags/tag.entity';

/** Depth of `chat.history.messages.<id>` in a response. */
const MESSAGE_DEPTH = 4;

/** Chats per page of most lists. */
export const CHATS_PAGE_SIZE = 60;

export class ListChatsQuery {
  /** Starts at 1; 60 chats per page. All chats when absent. */
  @IsOptional()
  @IsLaxInt()
  page?: number;

  /** Include pinned chats. */
  @IsOptional()
  @IsLaxBoolean()
  include_pinned?: boolean;

  /** Include chats in folders. */
  @IsOptional()
  @IsLaxBoolean()
  include_folders?: boolean;
}

export class ChatOverviewQuery {
  /** Starts at 1; 60 chats per page. */
  @IsOptional()
  @IsLaxInt()
  page?: number;

  /** Part of the title. */
  @IsOptional()
  @IsString()
  query?: string;

  /** `title`, `created_at` or `updated_at`; ignored without `direction`. */
  @IsOptional()
  @IsString()
  order_by?: string;

  /** `asc` or `desc`; ignored without `order_by`. */
  @IsOptional()
  @IsString()
  direction?: string;
}

export class TagRequest {
  @IsString()
  name: string;
}

export class AddTagRequest {
  @IsString()
  @MaxLength(MAX_NAME)
  name: string;
}

/** `skip` and `limit` are ignored: the list is complete. */
export class TaggedChatsRequest extends TagRequest {
  @IsOptional()
  @IsLaxInt()
  skip?: number;

  @IsOptional()
  @IsLaxInt()
  limit?: number;
}

export class FolderChatsQuery {
  /** Starts at 1; 10 chats per page. */
  @IsOptional()
  @IsLaxInt()
  page?: number;
}

export class MoveChatRequest {
  /** An own folder; null or absent moves the chat out of any. */
  @IsOptional()
  @IsString()
  folder_id?: string | null;
}

export class DeleteFolderQuery {
  /** False moves the chats out of any folder instead of deleting them. */
  @IsOptional()
  @IsLaxBoolean()
  delete_contents?: boolean;
}

export class CreateChatRequest {
  /** The client's object: `title`, `models`, `history: {messages, currentId}`, `messages`, `params`, `files`, and any other key. */
  @IsObject()
  chat: Record<string, unknown>;

  /** An own folder. */
  @IsOptional()
  @IsString()
  folder_id?: string | null;
}

/** `folder_id` is ignored. */
export class UpdateChatRequest {
  /**
   * The top-level keys to replace. Stored messages that are missing from the tree remain, unless they were removed on
   * purpose.
   */
  @IsObject()
  chat: Record<string, unknown>;

  @IsOptional()
  @IsString()
  folder_id?: string | null;
}

export class CloneChatRequest {
  /** `Clone of <title>` when absent. */
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
  /** `status`, `message`, `replace`, `files`, `embeds`, `source` and `citation` are stored; any other type is only forwarded. */
  @IsString()
  type: string;

  /** Sent to listeners; its shape depends on the type. */
  @IsObject()
  data: Record<string, unknown>;
}

export class ChatResponse {
  id: string;
  /** Id of the owner. */
  user_id: string;
  /** Equals `chat.title`; `New Chat` when that is missing. */
  title: string;
  /** The client's object with all keys in their original order. */
  chat: Record<string, unknown>;
  /** Unix seconds. */
  updated_at: number;
  /** Unix seconds. */
  created_at: number;
  /** Id of the shared snapshot. */
  share_id: string | null;
  archived: boolean;
  pinned: boolean | null;
  /** `{tags: [tag id…]}` once the chat has had tags. */
  meta: Record<string, unknown>;
  folder_id: string | null;
}

export class ChatTitleResponse extends PickType(ChatResponse, ['id', 'title', 'updated_at', 'created_at']) {}

export class FolderChatResponse extends PickType(ChatTitleResponse, ['title', 'id', 'updated_at']) {}

export class TagResponse {
  /** The name in lower case with `_` in place of spaces. */
  id: string;
  /** As first entered. */
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

export const toFolderChatResponse = ({ title, id, updatedAt }: ChatTitle): FolderChatResponse => ({
  title,
  id,
  updated_at: updatedAt,
});

/** `content` is the client's `chat` object. */
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

/** The JSON of a chat in pieces, one per message. */
export const toJsonPieces = (chat: ChatResponse): AsyncIterable<string> => jsonPieces(chat, MESSAGE_DEPTH);

/** Columns that imports and copies may set. */
export type ChatColumns = Pick<Chat, 'meta' | 'pinned' | 'archived' | 'folderId' | 'createdAt' | 'updatedAt'>;

export const toTagResponse = ({ id, name, userId, meta }: Tag): TagResponse => ({ id, name, user_id: userId, meta });
