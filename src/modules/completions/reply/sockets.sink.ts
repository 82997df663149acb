import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../../common/util/json';
import { ChatsService } from '../../chats/chats.service';
import type { CompletionContext } from '../../pipeline/completion-context';
import type { CompletionEvent } from '../../pipeline/completion-event';
import type { MessageEvent } from '../../pipeline/message-event';
import { ReplySinkFactory, type ReplyEnd, type ReplySink } from '../../pipeline/reply-sink';
import { messageOf, replyChoice } from '../../providers/responses/reply-parts';
import { errorObject } from '../generation/reply-error';
import { selectedModelIn } from '../generation/selected-model';
import { CompletionsNotifier } from './completions.notifier';
import { Pace } from './pace';
import { RunningReplies } from './running-replies';

/** Characters of repeated text that a reply sends in a millisecond: longer texts are sent less often. */
const TEXT_RATE = 32;
/** Types of message events that clients apply to the text. */
const CHANGES_TEXT: ReadonlySet<string> = new Set(['message', 'replace']);

/** Sends the replies of tasks to the user's sockets. */
@Injectable()
@ReplySinkFactory({ order: 20 })
export class SocketsSinkFactory implements ReplySinkFactory {
  constructor(
    private readonly notifier: CompletionsNotifier,
    private readonly chats: ChatsService,
    private readonly running: RunningReplies,
  ) {}

  open(context: CompletionContext, taskId?: string): ReplySink | undefined {
    if (taskId === undefined) return undefined;
    return new SocketsSink({
      send: (event) => this.notifier.reply(context, event),
      title: () => this.titleOf(context),
      interval: () => this.running.eventInterval,
    });
  }

  private async titleOf({ principal, place }: CompletionContext): Promise<string | null> {
    const chat = place ? await this.chats.findOwned(principal.id, place.chatId) : null;
    return chat?.title ?? null;
  }
}

export interface SocketsSinkOptions {
  send: (event: MessageEvent) => void;
  /** The title of the chat. */
  title: () => Promise<string | null>;
  /** The least milliseconds between two events of this reply. */
  interval: () => number;
  now?: () => number;
}

/**
 * Sends one reply as clients of the original read it: each event has the whole text. What is replaced by a later event is
 * sent at the pace of the reply, and the text less often the longer it is, so that the bytes sent grow with the duration
 * of the reply only (ADR 0076).
 */
export class SocketsSink implements ReplySink {
  private readonly pace: Pace;
  private timer: NodeJS.Timeout | undefined;
  /** The latest of each kind that was not sent. */
  private readonly held: { content?: string; chunk?: JsonObject; usage?: JsonObject } = {};

  constructor(private readonly options: SocketsSinkOptions) {
    this.pace = new Pace(options.now);
  }

  write(event: CompletionEvent): void {
    switch (event.type) {
      case 'message':
        // What changes the text belongs behind the text so far.
        if (CHANGES_TEXT.has(event.event.type)) this.sendHeld();
        return this.options.send(event.event);
      case 'content':
        return this.hold({ content: event.content });
      case 'usage':
        return this.hold({ usage: event.usage });
      case 'chunk':
        return isReplaceable(event.chunk) ? this.hold({ chunk: event.chunk }) : this.sendAfterHeld(event.chunk);
      default:
        return this.sendAfterHeld(completionData(event));
    }
  }

  async end({ state, content, error }: ReplyEnd): Promise<void> {
    this.sendHeld();
    if (error !== undefined) this.options.send({ type: 'chat:message:error', data: { error: { content: error } } });
    if (state !== 'complete') return this.options.send({ type: 'chat:tasks:cancel' });
    this.completion({ done: true, content, title: await this.options.title() });
  }

  private hold(part: typeof this.held): void {
    Object.assign(this.held, part);
    const { wait } = this.pace;
    if (wait <= 0) this.sendHeld();
    else this.timer ??= setTimeout(() => this.sendHeld(), wait);
  }

  private sendHeld(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { content, chunk, usage } = this.held;
    Object.assign(this.held, { content: undefined, chunk: undefined, usage: undefined });
    if (content !== undefined) this.paced({ content }, content.length / TEXT_RATE);
    if (chunk) this.paced(chunk);
    if (usage) this.paced({ usage });
  }

  private paced(data: JsonObject, interval = 0): void {
    this.completion(data);
    this.pace.spend(Math.max(interval, this.options.interval()));
  }

  private sendAfterHeld(data: JsonObject | undefined): void {
    if (!data) return;
    this.sendHeld();
    this.completion(data);
  }

  private completion(data: JsonObject): void {
    this.options.send({ type: 'chat:completion', data });
  }
}

/** The data of events that do not wait; undefined for those without any. */
function completionData(event: CompletionEvent): JsonObject | undefined {
  switch (event.type) {
    case 'sources':
      return { sources: event.sources };
    case 'answer':
      return event.body;
    case 'error':
      return { error: errorObject(event.error) };
    default:
      return undefined;
  }
}

/** Parts of tool calls and the like, which clients do not show: what they show of them follows as text. */
function isReplaceable(chunk: JsonObject): boolean {
  if (selectedModelIn(chunk) !== undefined) return false;
  const delta = messageOf(replyChoice(chunk) ?? {});
  return Object.keys(delta).length > 0 && delta.images === undefined;
}
