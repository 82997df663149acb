import type { JsonObject } from '../../../common/util/json';
import type { ChatMessageJson } from './message-row';

/** The lists of a message that the server appends to. */
export type ListKey = 'statusHistory' | 'sources' | 'files' | 'embeds';

/** How an event is stored in its message. */
export interface EventEffect {
  /** The keys to set, given the stored message. */
  change: (message: ChatMessageJson) => JsonObject;
  /** True when the message also becomes `history.currentId`. */
  movesCurrent: boolean;
  /** The attachment list in the event: listeners receive it as stored. */
  list?: 'files' | 'embeds';
}

type Effect = (data: JsonObject) => EventEffect | null;

/** The effect of an event on its stored message; null for events that are only forwarded. */
export const effectOf = (type: string, data: JsonObject): EventEffect | null => EFFECTS.get(type)?.(data) ?? null;

/**
 * Adds items to a list of a message: attachments (`files`, `embeds`) at the front and without duplicates, others at the
 * end. Anything but a list counts as empty.
 */
export function extendList(key: ListKey, current: unknown, items: readonly unknown[]): unknown[] {
  const list: unknown[] = Array.isArray(current) ? current : [];
  if (key === 'statusHistory' || key === 'sources') return [...list, ...items];
  return distinct([...items, ...list]);
}

/** Drops items that serialize to the same JSON text as an earlier one. */
function distinct(list: readonly unknown[]): unknown[] {
  const byText = new Map<string, unknown>();
  for (const item of list) {
    const text = JSON.stringify(item);
    if (!byText.has(text)) byText.set(text, item);
  }
  return [...byText.values()];
}

const setContent = (next: (content: string) => string): EventEffect => ({
  change: ({ content }) => ({ content: next(typeof content === 'string' ? content : '') }),
  movesCurrent: true,
});

const addItems = (key: ListKey, items: unknown[]): EventEffect => ({
  change: (message): JsonObject => (items.length === 0 ? {} : { [key]: extendList(key, message[key], items) }),
  movesCurrent: false,
});

const appendText: Effect = ({ content: more }) =>
  typeof more === 'string' ? setContent((content) => content + more) : null;

const replaceText: Effect = ({ content }) => (typeof content === 'string' ? setContent(() => content) : null);

/** A source with a `type` is not a citation, but for example the output of code. */
const addSource: Effect = (data) => ((data.type ?? null) === null ? addItems('sources', [data]) : null);

const addAttachments =
  (key: 'files' | 'embeds'): Effect =>
  ({ [key]: items }) => ({ ...addItems(key, Array.isArray(items) ? items : []), list: key });

const EFFECTS = new Map<string, Effect>([
  ['message', appendText],
  ['replace', replaceText],
  ['status', (data) => addItems('statusHistory', [data])],
  ['source', addSource],
  ['citation', addSource],
  ['files', addAttachments('files')],
  ['embeds', addAttachments('embeds')],
]);
