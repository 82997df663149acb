import { asString, isJsonObject, type JsonObject } from '../../../../common/util/json';
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

/** An item of `conversations.json` in a data export of ChatGPT. */
export const isChatGpt = (item: JsonObject): boolean => isJsonObject(item.mapping) && !isJsonObject(item.chat);

/** `mapping` is the tree of messages by id, `current_node` the end of the selected branch. Times are Unix seconds. */
export function fromChatGpt(item: JsonObject): SourceConversation {
  const nodes = Object.entries(item.mapping as JsonObject).filter((entry): entry is [string, JsonObject] =>
    isJsonObject(entry[1]),
  );
  const projectId = [item.conversation_template_id, item.gizmo_id].map(asString).find((id) => id?.startsWith('g-p-'));
  return {
    title: asString(item.title),
    messages: inOrder(nodes).map(([id, node]) => messageOf(id, node)),
    currentId: asString(item.current_node),
    createdAt: secondsOf(item.create_time),
    updatedAt: secondsOf(item.update_time),
    isArchived: item.is_archived === true,
    isPinned: item.is_starred === true,
    project: projectId && (asString(item.project_name) ?? `ChatGPT project ${projectId.slice('g-p-'.length, 12)}`),
    tags: [],
  };
}

/** Siblings in the order of `children`, whatever the order of the keys. */
function inOrder(nodes: [string, JsonObject][]): [string, JsonObject][] {
  const byId = new Map(nodes);
  const ordered = new Map<string, JsonObject>();
  for (const [, { children }] of nodes)
    for (const id of Array.isArray(children) ? (children as unknown[]) : []) {
      const child = typeof id === 'string' ? byId.get(id) : undefined;
      if (child) ordered.set(id as string, child);
    }
  for (const [id, node] of nodes) if (!ordered.has(id)) ordered.set(id, node);
  return [...ordered];
}

function messageOf(id: string, node: JsonObject): SourceMessage {
  const message = isJsonObject(node.message) ? node.message : {};
  const author = isJsonObject(message.author) ? message.author : {};
  const metadata = isJsonObject(message.metadata) ? message.metadata : {};
  const isHidden = metadata.is_visually_hidden_from_conversation === true;
  return {
    id,
    parentId: asString(node.parent) ?? null,
    role: isHidden ? null : roleOf(author.role),
    content: isJsonObject(message.content) ? contentOf(message.content, message, author) : '',
    timestamp: secondsOf(message.create_time),
    model: author.role === 'assistant' ? asString(metadata.model_slug) : undefined,
  };
}

/** System messages are instructions that ChatGPT does not show. */
function roleOf(role: unknown): SourceMessage['role'] {
  if (role === 'user') return 'user';
  return role === 'assistant' || role === 'tool' ? 'assistant' : null;
}

function contentOf(content: JsonObject, message: JsonObject, author: JsonObject): string {
  const text = textOf(content);
  if (text.trim() === '') return '';
  if (author.role === 'tool') return toolResult(content, text, asString(author.name) ?? 'tool');
  const recipient = asString(message.recipient) ?? 'all';
  if (author.role === 'assistant' && recipient !== 'all')
    return recipient === 'python' ? codeBlock(text, 'python') : toolCall('', recipient, text, '');
  return text;
}

function toolResult(content: JsonObject, text: string, name: string): string {
  if (content.content_type === 'execution_output') return codeBlock(text);
  return content.content_type === 'multimodal_text' ? text : toolCall('', name, '', text);
}

const READERS: Record<string, (content: JsonObject) => string> = {
  code: ({ text, language }) => codeBlockUnlessPlain(asString(text) ?? '', asString(language)),
  execution_output: ({ text }) => asString(text) ?? '',
  thoughts: ({ thoughts }) => reasoning(listOf(thoughts).map(thoughtOf).join('\n\n')),
  reasoning_recap: () => '',
  user_editable_context: () => '',
  model_editable_context: () => '',
  tether_quote: ({ title, url, text }) => paragraphs([title, url, text].map((value) => asString(value) ?? '')),
  tether_browsing_display: ({ result }) => asString(result) ?? '',
  system_error: ({ name, text }) => paragraphs([asString(name) ?? '', asString(text) ?? '']),
};

/** Text of any content type; unknown ones are read for `parts` and `text`. */
function textOf(content: JsonObject): string {
  const type = asString(content.content_type) ?? '';
  const reader = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (reader) return reader(content);
  return paragraphs([...listOf(content.parts).map(partOf), asString(content.text) ?? '']);
}

/** The input of a tool has the language `unknown`. */
const codeBlockUnlessPlain = (text: string, language = 'unknown'): string =>
  language === 'unknown' || text === '' ? text : codeBlock(text, language);

const thoughtOf = (thought: unknown): string =>
  isJsonObject(thought) ? paragraphs([asString(thought.summary) ?? '', asString(thought.content) ?? '']) : '';

function partOf(part: unknown): string {
  if (typeof part === 'string') return part;
  if (!isJsonObject(part)) return '';
  if (part.content_type === 'audio_transcription') return asString(part.text) ?? '';
  const name = asString(part.asset_pointer)?.split('://').at(-1);
  if (part.content_type === 'image_asset_pointer') return placeholder('Image', name);
  if (part.content_type === 'audio_asset_pointer') return placeholder('Audio', name);
  return name !== undefined ? placeholder('File', name) : (asString(part.text) ?? '');
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
