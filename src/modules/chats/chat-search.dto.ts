import { IsOptional, IsString } from 'class-validator';
import { IsLaxInt } from '../../common/validation/fields';
import type { MessageMatch } from './chat-search.repository';
import { ChatTitleResponse, toChatTitleResponse } from './chats.dto';
import type { ChatTitle } from './chats.types';
import { fold } from './search/fold';

export class SearchChatsQuery {
  /** The text to find; words `tag:…`, `folder:…`, `pinned:…`, `archived:…` and `shared:…` narrow the search. */
  @IsString()
  text: string;

  /** Counts from 1; 60 chats each. */
  @IsOptional()
  @IsLaxInt()
  page?: number;
}

export class SearchMatchResponse {
  /** A message with the text; null when only the title has it. */
  message_id: string | null;
  /** Where the text begins in the message or title, in characters (code points of the form NFC). */
  position: number;
  /** The message or title around that place. */
  snippet: string;
  /** Where the text begins in the snippet, in characters. */
  snippet_position: number;
}

export class FoundChatResponse extends ChatTitleResponse {
  /** Only when there was a text to find. */
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
