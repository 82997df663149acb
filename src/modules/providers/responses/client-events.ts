import { isJsonObject, type JsonObject } from '../../../common/util/json';

/** Message events that providers may send to the user's client. */
const ALLOWED = new Set(['status', 'message', 'replace', 'files', 'source', 'citation', 'notification']);
/** Keys of `chat:completion` that providers may send; `done` is only sent by this server. */
const COMPLETION_KEYS = new Set(['content', 'sources', 'usage', 'error', 'choices', 'selected_model_id']);

/** An event inside a chunk: `{event: {type, data}}`. */
export interface ProviderEvent {
  type: string;
  data?: unknown;
  /** False for events that make a client act, such as `execute`, which web clients run as code. */
  isAllowed: boolean;
}

/** The event in a chunk; undefined when there is none. */
export function eventIn({ event }: JsonObject): ProviderEvent | undefined {
  if (!isJsonObject(event) || typeof event.type !== 'string') return undefined;
  const { type, data } = event;
  return { type, data, isAllowed: ALLOWED.has(type) || (type === 'chat:completion' && isKnownCompletion(data)) };
}

/** Clients fail on an `error` that is not an object. */
const isKnownCompletion = (data: unknown): boolean =>
  isJsonObject(data) &&
  Object.keys(data).every((key) => COMPLETION_KEYS.has(key)) &&
  (data.error === undefined || isJsonObject(data.error));
