import { isJsonObject, type JsonObject } from '../../../common/util/json';
import type { ChatsService } from '../../chats/chats.service';
import type { MessageEvent } from '../../pipeline/message-event';

export type ListKey = Parameters<ChatsService['appendToMessage']>[2];

/** The list property of a message that an event appends to. */
export function listOf({ type, data }: MessageEvent): [ListKey, unknown[]] | undefined {
  if (!isJsonObject(data)) return undefined;
  return listIn(type, data);
}

function listIn(type: string, data: JsonObject): [ListKey, unknown[]] | undefined {
  if (type === 'status') return ['statusHistory', [data]];
  if (type === 'source' || type === 'citation') return data.type ? undefined : ['sources', [data]];
  if (type === 'files' && Array.isArray(data.files)) return ['files', data.files];
  if (type === 'embeds' && Array.isArray(data.embeds)) return ['embeds', data.embeds];
  return undefined;
}
