import { asString, isJsonObject, type JsonObject } from '../../common/util/json';

/** Keys of a request that the server acts on; a provider never gets them. */
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

/** Which small generations follow the reply. `title`: undefined leaves the title, false takes the first message. */
export interface BackgroundTasks {
  title?: boolean;
  tags: boolean;
  followUps: boolean;
}

/** A request of `POST /api/chat/completions`, taken apart. */
export interface CompletionRequest {
  modelId: string;
  /** What is left for the provider, without `model`. */
  body: JsonObject;
  /** The chat controls of the client, under its own names. */
  params: JsonObject;
  /** `{"{{NAME}}": "value"}`: literal substitutions. */
  variables: Record<string, string>;
  /** Attachments of the chat: files, collections, notes, … by type and id. */
  files: JsonObject[];
  /** A model that the browser runs: the client's whole entry of it. */
  directModel?: JsonObject;
  sessionId?: string;
  chatId?: string;
  messageId?: string;
  parentId?: string;
  backgroundTasks: BackgroundTasks;
}

/** Takes over no value of a wrong type: such keys count as absent. `features` and tools have no effect yet. */
export function parseCompletionRequest(source: JsonObject): CompletionRequest {
  const body = { ...source };
  for (const key of OWN_KEYS) delete body[key];
  const { params, model_item: modelItem } = source;
  return {
    modelId: asString(source.model) ?? '',
    body,
    params: isJsonObject(params) ? params : {},
    files: objectsIn(source.files),
    variables: textsOf(source.variables),
    directModel: isJsonObject(modelItem) && modelItem.direct === true ? modelItem : undefined,
    sessionId: asString(source.session_id) || undefined,
    chatId: asString(source.chat_id) || undefined,
    messageId: asString(source.id) || undefined,
    parentId: asString(source.parent_id) || undefined,
    backgroundTasks: tasksOf(source.background_tasks),
  };
}

/** A temporary chat: only the browser keeps it. */
export const isTemporary = (chatId: string): boolean => chatId.startsWith('local:');

const objectsIn = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);

function textsOf(value: unknown): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function tasksOf(value: unknown): BackgroundTasks {
  if (!isJsonObject(value)) return { tags: false, followUps: false };
  const { title_generation: title, tags_generation: tags, follow_up_generation: followUps } = value;
  return { title: typeof title === 'boolean' ? title : undefined, tags: tags === true, followUps: followUps === true };
}
