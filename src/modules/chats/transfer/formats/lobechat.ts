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

/** The tables of an export: under `state`, or in newer versions under `data`. */
function tablesOf(item: JsonObject): JsonObject | undefined {
  return [item.state, item.data]
    .filter(isJsonObject)
    .find(
      ({ messages, sessions, topics }) => Array.isArray(messages) && (Array.isArray(sessions) || Array.isArray(topics)),
    );
}

/** A data export of LobeChat, with many conversations. */
export const isLobeChat = (item: JsonObject): boolean => tablesOf(item) !== undefined;

/**
 * A conversation is a topic of a session, or the messages of a session without a topic. The group of the session is the
 * project; the session (an assistant of the user) becomes a tag.
 */
export function fromLobeChat(item: JsonObject): SourceConversation[] {
  const tables = tablesOf(item) ?? {};
  const [sessions, topics, groups] = ['sessions', 'topics', 'sessionGroups'].map((name) => byId(tables[name])) as [
    Rows,
    Rows,
    Rows,
  ];
  const conversations = new Map<string, JsonObject[]>();
  for (const message of rowsOf(tables.messages)) {
    const key = JSON.stringify([asString(message.sessionId) ?? '', asString(message.topicId) ?? '']);
    const list = conversations.get(key);
    if (list) list.push(message);
    else conversations.set(key, [message]);
  }
  return [...conversations.values()].map((messages) => {
    const topic = topics.get(asString(messages[0]?.topicId) ?? '');
    const session = sessions.get(asString(messages[0]?.sessionId) ?? '') ?? {};
    const group = groups.get(asString(session.groupId) ?? asString(session.group) ?? '');
    return conversationOf(messages, session, topic, asString(group?.name));
  });
}

type Rows = ReadonlyMap<string, JsonObject>;

const rowsOf = (table: unknown): JsonObject[] => objectsIn(table);

const byId = (table: unknown): Rows => new Map(rowsOf(table).map((row) => [asString(row.id) ?? '', row]));

function conversationOf(
  rows: readonly JsonObject[],
  session: JsonObject,
  topic: JsonObject | undefined,
  project: string | undefined,
): SourceConversation {
  const messages = messagesOf(rows);
  const meta = isJsonObject(session.meta) ? session.meta : {};
  const assistant = asString(session.title) ?? asString(meta.title);
  return {
    ...describe(topic ?? {}, assistant),
    ...timesOf(topic ?? {}, messages),
    messages,
    isArchived: false,
    project,
    tags: topic && assistant ? [assistant] : [],
  };
}

const describe = ({ title, favorite }: JsonObject, assistant: string | undefined) => ({
  title: asString(title) ?? assistant,
  isPinned: favorite === true,
});

const timesOf = ({ createdAt, updatedAt }: JsonObject, messages: readonly SourceMessage[]) => ({
  createdAt: secondsOf(createdAt) ?? messages[0]?.timestamp,
  updatedAt: secondsOf(updatedAt) ?? messages.at(-1)?.timestamp,
});

/** By time. A message without a known parent follows the previous one. */
function messagesOf(rows: readonly JsonObject[]): SourceMessage[] {
  const timed = rows.map((row, index) => ({ row, index, time: secondsOf(row.createdAt) ?? 0 }));
  const sorted = timed.sort((a, b) => a.time - b.time || a.index - b.index).map(({ row }) => row);
  const results = new Map(sorted.map((row) => [asString(row.tool_call_id) ?? '', row.content]));
  const ids = new Set(sorted.map(({ id }) => id));
  const messages: SourceMessage[] = [];
  for (const [index, row] of sorted.entries()) {
    const parent = ids.has(row.parentId) ? asString(row.parentId) : messages.at(-1)?.id;
    messages.push(messageOf(row, index, parent ?? null, results));
  }
  return messages;
}

function messageOf(
  row: JsonObject,
  index: number,
  parentId: string | null,
  results: ReadonlyMap<string, unknown>,
): SourceMessage {
  const extra = isJsonObject(row.extra) ? row.extra : {};
  const thought = isJsonObject(row.reasoning) ? (asString(row.reasoning.content) ?? '') : '';
  const role = row.role === 'user' || row.role === 'assistant' ? row.role : null;
  const calls = rowsOf(row.tools).map((tool) => {
    const id = asString(tool.id) ?? '';
    const name = asString(tool.apiName) ?? asString(tool.identifier) ?? 'tool';
    return toolCall(id, name, tool.arguments ?? '', results.get(id) ?? '');
  });
  return {
    id: asString(row.id) ?? `message-${index}`,
    parentId,
    role,
    content: paragraphs([reasoning(thought), asString(row.content) ?? '', ...calls, ...filesOf(row)]),
    timestamp: secondsOf(row.createdAt),
    model: role === 'assistant' ? (asString(row.model) ?? asString(extra.fromModel)) : undefined,
  };
}

/** Files are ids; images cannot be distinguished. */
const filesOf = ({ files }: JsonObject): string[] =>
  (Array.isArray(files) ? (files as unknown[]) : []).map((file) =>
    placeholder('File', isJsonObject(file) ? (file.name ?? file.id) : file),
  );
