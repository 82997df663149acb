import type { JsonObject } from '../../../common/util/json';
import { extendList, type ListKey } from './message-lists';
import type { ChatMessageJson } from './message.codec';

/** How an event is stored in the message that it is about. */
export interface EventEffect {
  /** The keys to set. */
  change: (message: ChatMessageJson) => JsonObject;
  /** True when the message also becomes the one on display. */
  movesCurrent: boolean;
  /** The list that the event carries: its listeners get the list as it is stored then. */
  list?: 'files' | 'embeds';
}

const NOTHING: JsonObject = {};

type Effect = (data: JsonObject) => EventEffect | null;

/** What an event does to a stored message; null for one that is only passed on. */
export const effectOf = (type: string, data: JsonObject): EventEffect | null => EFFECTS.get(type)?.(data) ?? null;

const text = (next: (content: string) => string): EventEffect => ({
  change: ({ content }) => ({ content: next(typeof content === 'string' ? content : '') }),
  movesCurrent: true,
});

const list = (key: ListKey, items: unknown[]): EventEffect => ({
  change: (message) => (items.length === 0 ? NOTHING : { [key]: extendList(key, message[key], items) }),
  movesCurrent: false,
});

const appendText: Effect = ({ content: more }) => (typeof more === 'string' ? text((content) => content + more) : null);

const replaceText: Effect = ({ content }) => (typeof content === 'string' ? text(() => content) : null);

/** With a type it is no source: the output of code, for example. */
const addSource: Effect = (data) => ((data.type ?? null) === null ? list('sources', [data]) : null);

const addAttachments =
  (key: 'files' | 'embeds'): Effect =>
  ({ [key]: items }) => ({ ...list(key, Array.isArray(items) ? items : []), list: key });

const EFFECTS = new Map<string, Effect>([
  ['message', appendText],
  ['replace', replaceText],
  ['status', (data) => list('statusHistory', [data])],
  ['source', addSource],
  ['citation', addSource],
  ['files', addAttachments('files')],
  ['embeds', addAttachments('embeds')],
]);
