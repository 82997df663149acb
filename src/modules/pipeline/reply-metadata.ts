import type { JsonObject } from '../../common/util/json';
import type { CompletionContext } from './completion-context';

/** The model of a reply as code of tools and functions sees it: its entry in the list, without its params. */
export function modelEntryOf({ target }: CompletionContext): JsonObject {
  if (target.kind === 'browser') return target.model;
  const { id, name, provider, meta } = target.model;
  const isPreset = provider.id !== id;
  const info = { id, name, base_model_id: isPreset ? provider.id : null, meta };
  const hasRow = isPreset || Object.keys(meta).length > 0;
  return { ...provider, id, name, object: 'model', ...(isPreset && { preset: true }), ...(hasRow && { info }) };
}

/** True when the model calls functions itself; otherwise another generation selects them. */
export const callsNatively = ({ callMode, modelParams, params }: CompletionContext): boolean =>
  callMode ? callMode === 'native' : [modelParams, params].some(({ function_calling: mode }) => mode === 'native');

/** `__metadata__`: what code of tools and functions learns of the request. Absent values are null. */
export function metadataOf(context: CompletionContext): JsonObject {
  const { principal, toolIds, files, features, target } = context;
  const { filterIds = [], toolServers = [], variables = {}, ...request } = context.request;
  return {
    user_id: principal.id,
    ...idsOf(request),
    ...{ filter_ids: [...filterIds], tool_ids: [...toolIds], tool_servers: [...toolServers] },
    ...{ files, features: { ...features }, variables: { ...variables } },
    ...{ model: modelEntryOf(context), direct: target.kind === 'browser', params: paramsOf(context) },
  };
}

const idsOf = ({ chatId = null, messageId = null, parentId = null, sessionId = null }: Ids) => ({
  ...{ chat_id: chatId, message_id: messageId, parent_message_id: parentId, session_id: sessionId },
});

type Ids = { [K in 'chatId' | 'messageId' | 'parentId' | 'sessionId']?: string | null };

const paramsOf = (context: CompletionContext) => ({
  stream_delta_chunk_size: ofModelOrChat(context, 'stream_delta_chunk_size'),
  reasoning_tags: ofModelOrChat(context, 'reasoning_tags'),
  function_calling: callsNatively(context) ? 'native' : 'default',
});

const ofModelOrChat = ({ modelParams, params }: CompletionContext, key: string): unknown =>
  modelParams[key] ?? params[key] ?? null;
