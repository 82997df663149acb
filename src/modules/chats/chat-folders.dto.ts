import { PickType } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { IsLaxBoolean, IsLaxInt } from '../../common/validation/fields';
import { ChatTitleResponse } from './chats.dto';
import type { ChatTitle } from './chats.types';

export class FolderChatsQuery {
  /** Counts from 1; 10 chats each. */
  @IsOptional()
  @IsLaxInt()
  page?: number;
}

export class MoveChatRequest {
  /** One of the caller's folders; null or absent = in none. */
  @IsOptional()
  @IsString()
  folder_id?: string | null;
}

export class DeleteFolderQuery {
  /** False keeps the chats, which then lie in no folder. */
  @IsOptional()
  @IsLaxBoolean()
  delete_contents?: boolean;
}

export class FolderChatResponse extends PickType(ChatTitleResponse, ['title', 'id', 'updated_at']) {}

export const toFolderChatResponse = ({ title, id, updatedAt }: ChatTitle): FolderChatResponse => ({
  title,
  id,
  updated_at: updatedAt,
});
