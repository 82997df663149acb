import { IsOptional, IsString } from 'class-validator';
import { fold } from '../../../common/util/fold';
import { IsLaxInt } from '../../../common/validation/fields';
import type { ChatTitle } from '../chat.entity';
import { ChatTitleResponse, toChatTitleResponse } from '../chats.dto';
import type { MessageMatch } from './list-match';

export class SearchChatsQuery {
  /** The text to find. Words `tag:…`, `folder:…`, `pinned:…`, `archived:…` and `shared:…` are filters. */
  @IsString()
  text: string;

  /** Starts at 1; 60 chats per page. */
  @IsOptional()
  @IsLaxInt()
  page?: number;
}

export class SearchMatchResponse {
  /**
   * A message that contains the text; null for a match in the title, or in an entry that only the list `messages` has.
   */
  message_id: string | null;
  /** Start of the text in the message or title, in code points of its NFC form. */
  position: number;
  /** The message or title around the text. */
  snippet: string;
  /** Start of the text in the snippet, in code points. */
  snippet_position: number;
}

export class FoundChatResponse extends ChatTitleResponse {
  /** Absent when the search has filters only. */
  match?: SearchMatchResponse;
}

export function toFoundChatResponse(chat: ChatTitle, needle?: string, message?: MessageMatch): FoundChatResponse {
  if (needle === undefined) return toChatTitleResponse(chat);
  return { ...toChatTitleResponse(chat), match: message ? messageMatch(message) : titleMatch(chat.title, needle) };
}

const messageMatch = ({ messageId, position, snippet, snippetPosition }: MessageMatch): SearchMatchResponse => ({
  message_id: messageId,
  position,
  snippet,
  snippet_position: snippetPosition,
});

function titleMatch(title: string, needle: string): SearchMatchResponse {
  const [before = ''] = fold(title).split(needle, 1);
  const position = [...before].length;
  return { message_id: null, position, snippet: title.normalize('NFC'), snippet_position: position };
}
