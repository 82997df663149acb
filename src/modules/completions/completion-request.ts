import { asString, isJsonObject, objectsIn, type JsonObject } from '../../common/util/json';
import type { BackgroundTasks, CompletionRequest } from '../pipeline/completion-context';

/** Keys for this server that are not sent to providers. */
const OWN_KEYS = [
  'params',
  'files',
  'tool_ids',
  'tool_servers',
  'filter_ids',
  'features',
  'variables',
  'model_item',
  'session_id',
  'chat_id',
  'id',
  'parent_id',
  'background_tasks',
  'model',
  'metadata',
] as const;

/** Parses a request of the chat. A value of the wrong type counts as absent. */
export function parseCompletionRequest(source: JsonObject): CompletionRequest & { backgroundTasks: BackgroundTasks } {
  const body = { ...source };
  for (const key of OWN_KEYS) delete body[key];
  const { params, model_item: modelItem } = source;
  return {
    modelId: asString(source.model) ?? '',
    body,
    params: isJsonObject(params) ? params : {},
    files: objectsIn(source.files),
    features: flagsIn(source.features),
    toolIds: idsIn(source.tool_ids),
    toolServers: objectsIn(source.tool_servers),
    filterIds: idsIn(source.filter_ids),
    variables: stringsIn(source.variables),
    directModel: isJsonObject(modelItem) && modelItem.direct === true ? modelItem : undefined,
    sessionId: asString(source.session_id) || undefined,
    chatId: asString(source.chat_id) || undefined,
    messageId: asString(source.id) || undefined,
    parentId: asString(source.parent_id) || undefined,
    backgroundTasks: tasksOf(source.background_tasks),
  };
}

/** Temporary chats are stored only in the browser. */
export const isTemporary = (chatId: string): boolean => chatId.startsWith('local:');

/** Distinct strings, in their order. */
export const idsIn = (value: unknown): string[] =>
  Array.isArray(value) ? [...new Set(value.filter((id): id is string => typeof id === 'string'))] : [];

function stringsIn(value: unknown): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

export const flagsIn = (value: unknown): Record<string, boolean> =>
  isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, flag]) => [key, flag === true])) : {};

function tasksOf(value: unknown): BackgroundTasks {
  if (!isJsonObject(value)) return { tags: false, followUps: false };
  const { title_generation: title, tags_generation: tags, follow_up_generation: followUps } = value;
  return { title: typeof title === 'boolean' ? title : undefined, tags: tags === true, followUps: followUps === true };
}
