import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AsyncQueue } from '../../../../common/util/async-queue';
import { RealtimeService } from '../../../../platform/realtime/realtime.service';
import type { ReplyPosition } from './reply-address';
import { isLast, type ReplyStream, type StreamItem } from './reply-stream';

/** Milliseconds for the node of a reply to respond. */
const ANSWER_TIMEOUT = 2000;
/** Milliseconds without an event after which the node of the reply is asked again. */
const SILENCE = 10_000;
/** Readers on other nodes that this node reads for. */
const MAX_READING = 10_000;
/** Items that wait for one reader, which asks again for those beyond. */
const MAX_WAITING = 1000;

const ASK = 'replies:ask';
const TELL = 'replies:tell';
const LEAVE = 'replies:leave';

/** A reader on another node wants a reply. */
interface Ask {
  reader: string;
  key: string;
  position?: ReplyPosition;
}

/** Items for a reader; none: the reply runs here. */
interface Tell {
  reader: string;
  items: StreamItem[];
}

/**
 * The numbered events of replies of other nodes. The node of a reply reads it for each reader elsewhere; events that got
 * lost are noticed by their numbers, and asked for again.
 */
@Injectable()
export class ReplyRelayService implements OnModuleInit {
  /** Readers of this node that wait for other nodes. */
  private readonly waiting = new Map<string, AsyncQueue<StreamItem | undefined>>();
  /** What this node reads for others. */
  private readonly reading = new Map<string, AbortController>();
  /** Finds a reply of this node. */
  private find: (key: string) => ReplyStream | undefined = () => undefined;

  constructor(private readonly realtime: RealtimeService) {}

  onModuleInit(): void {
    this.realtime.onNodes(ASK, (message) => void this.answer(message as Ask));
    this.realtime.onNodes(TELL, (message) => this.receive(message as Tell));
    this.realtime.onNodes(LEAVE, (reader) => this.reading.get(String(reader))?.abort());
  }

  /** The replies that other nodes may ask for. */
  serve(find: (key: string) => ReplyStream | undefined): void {
    this.find = find;
  }

  /** Returns true when the reply or the signal has ended, false when no node responds for it (any more). */
  async *follow(
    key: string,
    from: ReplyPosition | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<StreamItem, boolean> {
    if (!this.realtime.hasNodes) return false;
    let position = from;
    for (;;) {
      let hasAnswer = false;
      for await (const item of this.ask(key, position, signal)) {
        hasAnswer = true;
        if (!item) continue;
        // An event was lost on the way: what follows the last one is asked for again.
        if (!isNext(item, position)) break;
        position = positionOf(item);
        yield item;
        if (isLast(item.data)) return true;
      }
      if (signal.aborted) return true;
      if (!hasAnswer) return false;
    }
  }

  /** One request; ends when the node of the reply is silent. The first value is undefined. */
  private async *ask(
    key: string,
    position: ReplyPosition | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<StreamItem | undefined> {
    const reader = randomUUID();
    const items = new AsyncQueue<StreamItem | undefined>();
    const end = () => items.end();
    signal.addEventListener('abort', end, { once: true });
    this.waiting.set(reader, items);
    this.realtime.tellNodes(ASK, { reader, key, position } satisfies Ask);
    let timer = setTimeout(end, ANSWER_TIMEOUT);
    try {
      for await (const item of items) {
        clearTimeout(timer);
        timer = setTimeout(end, SILENCE);
        yield item;
      }
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      this.waiting.delete(reader);
      this.realtime.tellNodes(LEAVE, reader);
    }
  }

  private receive({ reader, items }: Tell): void {
    const queue = this.waiting.get(reader);
    if (items.length === 0) queue?.push(undefined);
    for (const item of items) queue?.push(item);
    if (queue && queue.size > MAX_WAITING) queue.end();
  }

  private async answer({ reader, key, position }: Ask): Promise<void> {
    const stream = this.find(key);
    if (!stream || this.reading.size >= MAX_READING) return;
    const end = new AbortController();
    this.reading.set(reader, end);
    const tell = (items: StreamItem[]) => this.realtime.tellNodes(TELL, { reader, items } satisfies Tell);
    try {
      await stream.ready;
      tell([]);
      for await (const item of stream.follow(position, end.signal)) tell([item]);
    } finally {
      this.reading.delete(reader);
    }
  }
}

const positionOf = ({ taskId = '', seq = 0 }: StreamItem): ReplyPosition => ({ taskId, seq });

const isNext = ({ seq, data }: StreamItem, position: ReplyPosition | undefined): boolean =>
  data.type === 'chat:snapshot' || seq === (position?.seq ?? 0) + 1;
