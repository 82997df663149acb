import { asString, isJsonObject, objectsIn, type JsonObject } from '../../../../common/util/json';
import {
  paragraphs,
  placeholder,
  reasoning,
  secondsOf,
  toolCall,
  type SourceConversation,
  type SourceMessage,
} from './converted-chat';

/** The file of a conversation that LibreChat exports as JSON. */
export const isLibreChat = (item: JsonObject): boolean =>
  typeof item.conversationId === 'string' && Array.isArray(item.messagesTree ?? item.messages);

/** Messages are a list, or with `recursive` a tree by `children`. The branch with the newest message is selected. */
export function fromLibreChat(item: JsonObject): SourceConversation {
  const options = isJsonObject(item.options) ? item.options : {};
  const found = flatten((item.messagesTree ?? item.messages) as unknown[]);
  const messages = found.map(([message, parentId], index) => messageOf(message, parentId, index));
  const times = messages.flatMap(({ timestamp }) => timestamp ?? []).sort((a, b) => a - b);
  const tags = [item.tags, options.tags].find(Array.isArray) ?? [];
  return {
    title: asString(item.title),
    messages,
    createdAt: secondsOf(item.createdAt) ?? times[0],
    updatedAt: secondsOf(item.updatedAt) ?? times.at(-1),
    isArchived: item.isArchived === true,
    isPinned: false,
    project: asString(item.projectName),
    tags: tags.filter((tag): tag is string => typeof tag === 'string'),
  };
}

/** All messages with the id of their parent; parents first. */
function flatten(roots: readonly unknown[]): [JsonObject, string | null][] {
  const found: [JsonObject, string | null][] = [];
  const stack = roots.map((message): [unknown, string | null] => [message, null]).reverse();
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [message, outer] = next;
    if (!isJsonObject(message)) continue;
    found.push([message, asString(message.parentMessageId) ?? outer]);
    const children = Array.isArray(message.children) ? (message.children as unknown[]) : [];
    const id = asString(message.messageId) ?? null;
    stack.push(...children.map((child): [unknown, string | null] => [child, id]).reverse());
  }
  return found;
}

function messageOf(message: JsonObject, parentId: string | null, index: number): SourceMessage {
  const isUser = message.isCreatedByUser === true;
  const parts = Array.isArray(message.content) ? message.content.filter(isJsonObject).map(partOf) : [];
  const texts = parts.some((part) => part.trim() !== '') ? parts : [asString(message.text) ?? ''];
  return {
    id: asString(message.messageId) ?? `message-${index}`,
    // The root of a conversation has a parent id of zeros, which matches no message.
    parentId,
    role: isUser ? 'user' : 'assistant',
    content: paragraphs([...texts, ...filesOf(message)]),
    timestamp: secondsOf(message.createdAt),
    model: isUser ? undefined : (asString(message.model) ?? undefined),
  };
}

function partOf(part: JsonObject): string {
  switch (part.type) {
    case 'text':
      return textOf(part.text);
    case 'think':
      return reasoning(textOf(part.think));
    case 'image_file':
    case 'image_url':
      return placeholder('Image', part.filename);
    default:
      return isJsonObject(part.tool_call) ? callOf(part.tool_call) : '';
  }
}

const callOf = ({ id, name, args, output }: JsonObject): string =>
  toolCall(asString(id) ?? '', asString(name) ?? 'tool', args ?? '', output ?? '');

/** A string, or an object with the string as `value`. */
const textOf = (text: unknown): string => asString(isJsonObject(text) ? text.value : text) ?? '';

function filesOf({ files }: JsonObject): string[] {
  return objectsIn(files).map((file) =>
    placeholder(asString(file.type)?.startsWith('image/') ? 'Image' : 'File', file.filename),
  );
}
