import { isJsonObject, type JsonObject } from '../../../../common/util/json';
import { fromChatGpt, isChatGpt } from './chatgpt';
import { fromClaude, isClaude } from './claude';
import { toConvertedChat, type ConvertedChat, type SourceConversation } from './converted-chat';
import { fromLibreChat, isLibreChat } from './librechat';
import { fromLobeChat, isLobeChat } from './lobechat';

interface Format {
  matches: (item: JsonObject) => boolean;
  read: (item: JsonObject) => SourceConversation[];
}

const FORMATS: Format[] = [
  { matches: isChatGpt, read: (item) => [fromChatGpt(item)] },
  { matches: isClaude, read: (item) => [fromClaude(item)] },
  { matches: isLibreChat, read: (item) => [fromLibreChat(item)] },
  { matches: isLobeChat, read: fromLobeChat },
];

/**
 * Converts an export of ChatGPT, Claude, LibreChat or LobeChat to chats; conversations without messages are skipped.
 * Undefined for any other item. Deterministic: the same item gives the same chats.
 */
export function convertItem(item: unknown): ConvertedChat[] | undefined {
  if (!isJsonObject(item)) return undefined;
  const format = FORMATS.find(({ matches }) => matches(item));
  return format?.read(item).flatMap((conversation) => toConvertedChat(conversation) ?? []);
}
