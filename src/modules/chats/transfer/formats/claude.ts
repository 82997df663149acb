import { asString, isJsonObject, objectsIn, type JsonObject } from '../../../../common/util/json';
import {
  codeBlock,
  paragraphs,
  placeholder,
  reasoning,
  secondsOf,
  toolCall,
  type SourceConversation,
  type SourceMessage,
} from './converted-chat';

/** An item of `conversations.json` in a data export of Claude. */
export const isClaude = (item: JsonObject): boolean => Array.isArray(item.chat_messages);

/** Older exports are linear; newer ones have `parent_message_uuid` and branches. Times are ISO strings. */
export function fromClaude(item: JsonObject): SourceConversation {
  const messages: SourceMessage[] = [];
  for (const [index, message] of (item.chat_messages as unknown[]).entries())
    if (isJsonObject(message))
      messages.push(messageOf(message, index, messages.at(-1)?.id ?? null, asString(item.model)));
  const project = isJsonObject(item.project) ? asString(item.project.name) : undefined;
  const projectId = asString(item.project_uuid);
  return {
    title: asString(item.name),
    messages,
    currentId: asString(item.current_leaf_message_uuid),
    createdAt: secondsOf(item.created_at),
    updatedAt: secondsOf(item.updated_at),
    isArchived: false,
    isPinned: item.is_starred === true,
    project: project ?? (projectId && `Claude project ${projectId.slice(0, 8)}`),
    tags: [],
  };
}

function messageOf(message: JsonObject, index: number, previous: string | null, model?: string): SourceMessage {
  const parent = message.parent_message_uuid;
  const isUser = message.sender === 'human' || message.sender === 'user';
  return {
    id: asString(message.uuid) ?? `message-${index}`,
    parentId: parent === undefined ? previous : (asString(parent) ?? null),
    role: isUser ? 'user' : 'assistant',
    content: paragraphs([...contentOf(message), ...attachmentsOf(message)]),
    timestamp: secondsOf(message.created_at),
    model: isUser ? undefined : model,
  };
}

/** Newer messages have blocks in `content`, older ones only `text`. */
function contentOf({ content, text }: JsonObject): string[] {
  const blocks = objectsIn(content);
  const results = new Map(blocks.map((block) => [asString(block.tool_use_id) ?? '', block.content]));
  const texts = blocks.map((block) => blockOf(block, results));
  return texts.some((block) => block.trim() !== '') ? texts : [asString(text) ?? ''];
}

function blockOf(block: JsonObject, results: ReadonlyMap<string, unknown>): string {
  const id = asString(block.id) ?? '';
  if (block.type === 'thinking') return reasoning(asString(block.thinking) ?? '');
  if (block.type === 'tool_use')
    return toolCall(id, asString(block.name) ?? 'tool', block.input, results.get(id) ?? '');
  if (block.type === 'image') return placeholder('Image', block.file_name);
  // The result of a tool is shown with its call.
  return block.type === 'tool_result' ? '' : (asString(block.text) ?? '');
}

function attachmentsOf({ attachments, files, files_v2 }: JsonObject): string[] {
  const list = [attachments, files, files_v2].flatMap((value) => objectsIn(value));
  const texts = list.map((file) => {
    const name = placeholder(file.file_kind === 'image' ? 'Image' : 'File', file.file_name);
    const content = asString(file.extracted_content);
    return content ? `${name}\n${codeBlock(content)}` : name;
  });
  return [...new Set(texts)];
}
