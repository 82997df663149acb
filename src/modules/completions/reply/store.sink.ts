import { Injectable, Logger } from '@nestjs/common';
import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { ChatsService } from '../../chats/chats.service';
import type { CompletionContext } from '../../pipeline/completion-context';
import type { CompletionEvent } from '../../pipeline/completion-event';
import type { MessageEvent } from '../../pipeline/message-event';
import { ReplySinkFactory, type ReplyEnd, type ReplySink } from '../../pipeline/reply-sink';
import { selectedModelIn } from '../generation/selected-model';
import { CompletionTasksRepository } from './completion-tasks.repository';
import { listOf, type ListKey } from './message-lists';
import { RunningReplies } from './running-replies';

/** Milliseconds between two writes of a growing text; longer with many replies, to bound the database load. */
const SAVE_INTERVAL = 500;
const SAVE_INTERVAL_PER_REPLY = 2;
/** Characters of one reply that are written in a millisecond. */
const SAVE_RATE = 200;

type Patch = (patch: JsonObject, options?: { moveCurrent?: boolean; create?: boolean }) => Promise<void>;

/** Writes replies to the messages of stored chats. */
@Injectable()
@ReplySinkFactory({ order: 10 })
export class StoreSinkFactory implements ReplySinkFactory {
  private readonly logger = new Logger('StoreSink');

  constructor(
    private readonly chats: ChatsService,
    private readonly tasks: CompletionTasksRepository,
    private readonly running: RunningReplies,
  ) {}

  open(context: CompletionContext, taskId?: string): ReplySink | undefined {
    const { place } = context;
    if (!place) return undefined;
    const { chatId, messageId } = place;
    return new StoreSink(context, {
      patch: (patch, options) => this.chats.patchMessage(chatId, messageId, patch, options),
      append: (key, items) => this.chats.appendToMessage(chatId, messageId, key, items),
      interval: (length) => Math.max(SAVE_INTERVAL, SAVE_INTERVAL_PER_REPLY * this.running.size, length / SAVE_RATE),
      onEnd: () => (taskId === undefined ? Promise.resolve() : this.tasks.endWriting(taskId)),
      onError: (error) => this.logger.error({ err: error }, 'Reply could not be stored'),
    });
  }
}

export interface StoreSinkOptions {
  patch: Patch;
  append: (key: ListKey, items: unknown[]) => Promise<void>;
  /** Milliseconds until the next write of a text of this length. */
  interval: (length: number) => number;
  /** Called after the last write. */
  onEnd: () => Promise<void>;
  onError: (error: unknown) => void;
}

/**
 * Writes one reply to its message: writes are sequential, and the growing text is written at most once per interval. A
 * crash loses the text since the last write, and the whole text of a reply that is the HTTP response.
 */
export class StoreSink implements ReplySink {
  private queue: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private latest: string | undefined;
  private usage: JsonObject | undefined;
  private hasBegun = false;

  constructor(
    private readonly context: CompletionContext,
    private readonly options: StoreSinkOptions,
  ) {}

  write(event: CompletionEvent): void {
    if (!this.hasBegun) this.begin();
    switch (event.type) {
      case 'sources':
        return this.patch({ sources: event.sources });
      case 'message':
        return this.apply(event.event);
      case 'answer':
        if (isJsonObject(event.body.usage)) this.usage = event.body.usage;
        return this.storeSelectedModel(event.body);
      case 'chunk':
        return this.storeSelectedModel(event.chunk);
      case 'content':
        return this.grow(event.content);
      case 'usage':
        this.usage = event.usage;
        return;
      default:
        return;
    }
  }

  async end({ content, error }: ReplyEnd): Promise<void> {
    clearTimeout(this.timer);
    this.latest = undefined;
    const failure = error !== undefined && { ...this.parent, error: { content: error } };
    const patch = { ...(content !== undefined && { content }), ...(this.usage && { usage: this.usage }), ...failure };
    const options = error === undefined || this.hasBegun ? {} : { moveCurrent: true, create: true };
    this.enqueue(() => this.options.patch({ ...patch, done: true }, options));
    this.enqueue(() => this.options.onEnd());
    await this.queue;
  }

  /** The message becomes the current one of the chat. A client may not have saved it yet. */
  private begin(): void {
    this.hasBegun = true;
    const patch = { ...this.parent, model: this.context.request.modelId, done: false };
    this.enqueue(() => this.options.patch(patch, { moveCurrent: true, create: true }));
  }

  private get parent(): JsonObject {
    const parentId = this.context.place?.parentId ?? this.context.request.parentId;
    return parentId === undefined ? {} : { parentId };
  }

  private storeSelectedModel(source: JsonObject): void {
    const selectedModelId = selectedModelIn(source);
    if (selectedModelId) this.patch({ selectedModelId });
  }

  private grow(content: string): void {
    this.latest = content;
    this.timer ??= setTimeout(() => this.enqueue(() => this.flush()), this.options.interval(content.length));
  }

  private async flush(): Promise<void> {
    this.timer = undefined;
    const content = this.latest;
    this.latest = undefined;
    if (content !== undefined) await this.options.patch({ content });
  }

  private apply(event: MessageEvent): void {
    if (event.type === 'chat:message:error' && isJsonObject(event.data)) return this.patch({ error: event.data.error });
    const [key, items] = listOf(event) ?? [];
    if (key) this.enqueue(() => this.options.append(key, items ?? []));
  }

  private patch(patch: JsonObject): void {
    this.enqueue(() => this.options.patch(patch));
  }

  private enqueue(work: () => Promise<void>): void {
    this.queue = this.queue.then(work).catch(this.options.onError);
  }
}
