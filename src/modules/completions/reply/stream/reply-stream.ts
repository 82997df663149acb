import { AsyncQueue } from '../../../../common/util/async-queue';
import { isJsonObject, type JsonObject } from '../../../../common/util/json';
import type { MessageEvent } from '../../../pipeline/message-event';
import { listOf } from '../message-lists';
import type { ReplyPosition } from './reply-address';

/** One event of a reply as followers get it. Only stored messages have no number. */
export interface StreamItem {
  taskId?: string;
  seq?: number;
  data: MessageEvent;
}

/** Characters of events held for clients that reconnect. */
const MAX_HELD = 64_000;
/** Characters that wait for one follower; it is dropped beyond, and may resume. */
const MAX_WAITING = 4_000_000;
/** Items of a list in a snapshot; the first ones stay. */
const MAX_LIST = 1000;

/** Keys of a stored message that a snapshot has. */
const STATE_KEYS = [
  ...['content', 'sources', 'statusHistory', 'files', 'embeds', 'usage', 'error', 'model', 'selectedModelId', 'done'],
];

export const stateOf = (message: JsonObject): JsonObject =>
  Object.fromEntries(STATE_KEYS.filter((key) => message[key] !== undefined).map((key) => [key, message[key]]));

export const snapshotOf = (message: JsonObject): MessageEvent => ({ type: 'chat:snapshot', data: { message } });

export const DONE: MessageEvent = { type: 'chat:completion', data: { done: true } };
export const CANCELLED: MessageEvent = { type: 'chat:tasks:cancel' };

/** True for the last event of a reply. */
export const isLast = ({ type, data }: MessageEvent): boolean =>
  type === CANCELLED.type || (type === DONE.type && (data as JsonObject | undefined)?.done === true);

/** The text of a reply, and what it needs to be current. */
export interface TextSource {
  content: string;
  /** Publishes what changed since the last event. */
  flush: () => void;
}

/**
 * The numbered events of one running reply: its state, the latest events for clients that reconnect, and the readers. The
 * state grows with the reply only; everything else is bounded.
 */
export class ReplyStream {
  /** Resolves when the reply has its text so far. */
  readonly ready: Promise<void>;
  private start: () => void;
  private seq = 0;
  private readonly held: { item: StreamItem; size: number }[] = [];
  private heldSize = 0;
  private readonly followers = new Set<AsyncQueue<StreamItem>>();
  private last: StreamItem | undefined;
  private hasEnded = false;
  private state: JsonObject = {};
  private source: TextSource = { content: '', flush: () => undefined };

  constructor(
    readonly userId: string,
    readonly taskId: string,
  ) {
    this.ready = new Promise((resolve) => (this.start = resolve));
  }

  /** `stored`: the message before the reply. */
  begin(source: TextSource, stored: JsonObject): void {
    this.source = source;
    const { error: _error, done: _done, content: _content, ...state } = stateOf(stored);
    this.state = state;
    this.start();
  }

  /** Numbers an event and sends it to the readers. */
  publish(data: MessageEvent, size = sizeOf(data)): void {
    this.keep(data);
    const item: StreamItem = { taskId: this.taskId, seq: ++this.seq, data };
    this.hold(item, size);
    for (const follower of this.followers) this.push(follower, item);
    if (!isLast(data)) return;
    this.last = item;
    this.end();
  }

  /** Events after the position as far as they are held, otherwise the whole state; then live ones. */
  follow(position: ReplyPosition | undefined, signal: AbortSignal): AsyncIterable<StreamItem> {
    this.source.flush();
    const items = this.eventsAfter(position) ?? [this.snapshot(), ...(this.last ? [this.last] : [])];
    const end = () => follower.end();
    const follower = new AsyncQueue<StreamItem>({
      sizeOf: ({ data }) => sizeOf(data),
      onClose: () => {
        this.followers.delete(follower);
        signal.removeEventListener('abort', end);
      },
    });
    for (const item of items) follower.push(item);
    this.followers.add(follower);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted || this.hasEnded) end();
    return follower;
  }

  /** Ends without a last event: what became of the reply is stored. */
  end(): void {
    this.hasEnded = true;
    this.start();
    for (const follower of this.followers) follower.end();
    this.followers.clear();
  }

  private snapshot(): StreamItem {
    const message = { content: this.source.content, ...this.state, done: false };
    return { taskId: this.taskId, seq: this.seq, data: snapshotOf(message) };
  }

  private eventsAfter(position: ReplyPosition | undefined): StreamItem[] | undefined {
    if (position?.taskId !== this.taskId || position.seq > this.seq) return undefined;
    const first = this.seq - this.held.length;
    return position.seq < first ? undefined : this.held.slice(position.seq - first).map(({ item }) => item);
  }

  private hold(item: StreamItem, size: number): void {
    this.held.push({ item, size });
    for (this.heldSize += size; this.heldSize > MAX_HELD; this.heldSize -= this.held.shift()?.size ?? 0);
  }

  /** A reader that is too slow loses its connection, not its place: it may resume. */
  private push(follower: AsyncQueue<StreamItem>, item: StreamItem): void {
    if (follower.size > MAX_WAITING) {
      this.followers.delete(follower);
      follower.end();
    } else follower.push(item);
  }

  private keep(event: MessageEvent): void {
    const [key, items] = listOf(event) ?? [];
    if (key) this.state[key] = extended(key, this.state[key], items ?? []);
    if (!isJsonObject(event.data)) return;
    const { sources, usage, selected_model_id: selectedModelId, error } = event.data;
    if (event.type === 'chat:completion') Object.assign(this.state, stateOf({ sources, usage, selectedModelId }));
    if (event.type === 'chat:message:error') this.state.error = error;
  }
}

/** As messages are stored: attachments once, in any order. */
function extended(key: string, current: unknown, items: readonly unknown[]): unknown[] {
  const list: unknown[] = Array.isArray(current) ? current : [];
  if (key === 'statusHistory' || key === 'sources') return [...list, ...items].slice(0, MAX_LIST);
  const known = new Set(list.map((item) => JSON.stringify(item)));
  return [...list, ...items.filter((item) => !known.has(JSON.stringify(item)))].slice(-MAX_LIST);
}

/** Characters of the event as JSON, about. */
function sizeOf({ type, data }: MessageEvent): number {
  if (type === 'chat:delta') return 100 + (data as { text: string }).text.length;
  return 100 + (JSON.stringify(data)?.length ?? 0);
}
