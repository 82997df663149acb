import type { JsonObject } from '../../../../common/util/json';
import { pathUp } from '../../history/tree';

/** A conversation of another product, converted to a client's `chat` object. */
export interface ConvertedChat {
  chat: JsonObject;
  /** Unix seconds. */
  createdAt?: number;
  /** Unix seconds. */
  updatedAt?: number;
  isArchived: boolean;
  isPinned: boolean;
  /** Name of the project that contained the conversation. */
  project?: string;
  tags: string[];
}

/** A message of another product. */
export interface SourceMessage {
  id: string;
  parentId: string | null;
  /** Null for messages that are not shown: their children are attached to their parent. */
  role: 'user' | 'assistant' | null;
  content: string;
  /** Unix seconds. */
  timestamp?: number;
  model?: string;
}

/** A conversation of another product, before its messages are arranged as a tree. */
export interface SourceConversation extends Omit<ConvertedChat, 'chat'> {
  title?: string;
  /** Parents may follow their children; siblings are in order. */
  messages: SourceMessage[];
  /** Id of the last message of the selected branch; the newest message when absent. */
  currentId?: string;
}

const UNTITLED = 'New Chat';
const MAX_TITLE = 200;

type TreeMessage = JsonObject & { id: string; childrenIds: string[]; content: string };

/** The chat of a conversation; null when it has no message to show. */
export function toConvertedChat(conversation: SourceConversation): ConvertedChat | null {
  const { title, messages, currentId, ...rest } = conversation;
  const { tree, places } = arrange(messages);
  if (tree.size === 0) return null;
  const current = places.get(currentId ?? newestOf(messages)) ?? [...tree.keys()].at(-1) ?? '';
  const parentOf = (id: string) => tree.get(id)?.parentId as string | null;
  const branch = pathUp(current, parentOf, tree).reverse();
  const shown = branch.map((id) => tree.get(id));
  const model = shown.findLast((message) => message?.model !== undefined)?.model;
  const chat = {
    title: title?.trim().slice(0, MAX_TITLE) || UNTITLED,
    // The model that continues the chat; clients treat an empty id as none.
    models: [model ?? ''],
    params: {},
    history: { messages: Object.fromEntries(tree), currentId: current },
    messages: shown,
    ...(rest.createdAt !== undefined && { timestamp: rest.createdAt * 1000 }),
  };
  return { ...rest, chat };
}

/** Id of the newest message; the later one of the same second. */
function newestOf(messages: readonly SourceMessage[]): string {
  let [newest, time] = ['', 0];
  for (const { id, timestamp = 0 } of messages) if (timestamp >= time) [newest, time] = [id, timestamp];
  return newest;
}

/**
 * Arranges messages as a tree of user and assistant messages. Consecutive messages of the assistant (reasoning, tool
 * calls and their results, reply) are combined, unless the conversation branches between them. `places` maps the id of
 * each source message to the message of the tree that contains it or, if it is not shown, its nearest ancestor. Linear;
 * safe on cycles, missing parents and repeated ids.
 */
function arrange(messages: readonly SourceMessage[]): {
  tree: Map<string, TreeMessage>;
  places: Map<string, string | null>;
} {
  const { byId, children, parentOf } = index(messages);
  const tree = new Map<string, TreeMessage>();
  const places = new Map<string, string | null>();
  /** Messages that no branch separates from the message that contains their parent. */
  const continuous = new Set<string>();
  const enter = (message: SourceMessage) => {
    const parent = parentOf(message);
    const isBelowShown = parent === null || isShown(byId.get(parent)) || continuous.has(parent);
    if (isBelowShown && children.get(parent)?.length === 1) continuous.add(message.id);
    places.set(message.id, place(tree, message, places.get(parent ?? '') ?? null, continuous.has(message.id)));
  };
  const visit = (roots: readonly SourceMessage[]) => {
    const stack = [...roots].reverse();
    for (let message = stack.pop(); message; message = stack.pop()) {
      if (places.has(message.id)) continue;
      enter(message);
      for (const child of [...(children.get(message.id) ?? [])].reverse()) stack.push(child);
    }
  };
  visit(children.get(null) ?? []);
  // The remaining messages form cycles; each is entered at its first message.
  for (const message of byId.values()) visit([message]);
  return { tree, places };
}

function index(messages: readonly SourceMessage[]) {
  const byId = new Map<string, SourceMessage>();
  for (const message of messages) if (!byId.has(message.id)) byId.set(message.id, message);
  const parentOf = ({ parentId }: SourceMessage) => (parentId !== null && byId.has(parentId) ? parentId : null);
  const children = new Map<string | null, SourceMessage[]>();
  for (const message of byId.values()) {
    const siblings = children.get(parentOf(message));
    if (siblings) siblings.push(message);
    else children.set(parentOf(message), [message]);
  }
  return { byId, children, parentOf };
}

const isShown = (message?: SourceMessage): boolean =>
  message !== undefined && message.role !== null && message.content !== '';

/** Adds a message to the tree; returns the id of the message that contains it. */
function place(
  tree: Map<string, TreeMessage>,
  message: SourceMessage,
  parentId: string | null,
  isContinuous: boolean,
): string | null {
  if (!isShown(message)) return parentId;
  const { id, role, content } = message;
  const parent = tree.get(parentId ?? '');
  if (role === 'assistant' && parent?.role === 'assistant' && isContinuous) {
    Object.assign(parent, { content: `${parent.content}\n\n${content}`, ...modelOf(message) });
    return parent.id;
  }
  tree.set(id, { id, parentId, childrenIds: [], role, content, ...detailsOf(message) });
  parent?.childrenIds.push(id);
  return id;
}

const detailsOf = (message: SourceMessage) => ({
  ...(message.timestamp !== undefined && { timestamp: message.timestamp }),
  ...(message.role === 'assistant' && { done: true, ...modelOf(message) }),
});

const modelOf = ({ model }: SourceMessage) => (model === undefined ? {} : { model, modelName: model, modelIdx: 0 });

/** Parses a date string, seconds or milliseconds to Unix seconds; undefined for anything else. */
export function secondsOf(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Date.parse(value) / 1000 : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return undefined;
  const seconds = Math.floor(number > 100_000_000_000 ? number / 1000 : number);
  return seconds > 100_000_000_000 ? undefined : seconds;
}

/** Reasoning, as clients show it. */
export function reasoning(text: string): string {
  if (text.trim() === '') return '';
  const quoted = escapeHtml(text.trim()).replaceAll('\n', '\n&gt; ');
  return `<details type="reasoning" done="true">\n<summary>Thought</summary>\n&gt; ${quoted}\n</details>`;
}

/** A tool call with its result, as clients show it. */
export function toolCall(id: string, name: string, input: unknown, result: unknown): string {
  const attributes = { id, name, arguments: json(input), result: json(result) };
  const text = Object.entries(attributes).map(([key, value]) => `${key}="${escapeHtml(value)}"`);
  return `<details type="tool_calls" done="true" ${text.join(' ')}>\n<summary>Tool Executed</summary>\n</details>`;
}

/** A placeholder for a file or image whose content is not part of the export. */
export const placeholder = (kind: 'File' | 'Image' | 'Audio', name: unknown): string =>
  `[${kind}: ${typeof name === 'string' && name !== '' ? name : 'unnamed'}]`;

/** A fenced code block; the fence is longer than any in the code. */
export function codeBlock(code: string, language = ''): string {
  let fence = '```';
  while (code.includes(fence)) fence += '`';
  return `${fence}${language}\n${code}\n${fence}`;
}

/** Joins non-blank texts by empty lines. */
export const paragraphs = (texts: readonly string[]): string => texts.filter((text) => text.trim() !== '').join('\n\n');

const json = (value: unknown): string => (value === undefined || value === '' ? '' : JSON.stringify(value));

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
