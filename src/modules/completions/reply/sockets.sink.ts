import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../../common/util/json';
import { ChatsService } from '../../chats/chats.service';
import type { CompletionContext } from '../../pipeline/completion-context';
import type { CompletionEvent } from '../../pipeline/completion-event';
import { ReplySinkFactory, type ReplyEnd, type ReplySink } from '../../pipeline/reply-sink';
import { CompletionsNotifier } from './completions.notifier';

/** Sends the replies of tasks to the user's sockets. */
@Injectable()
@ReplySinkFactory({ order: 20 })
export class SocketsSinkFactory implements ReplySinkFactory {
  constructor(
    private readonly notifier: CompletionsNotifier,
    private readonly chats: ChatsService,
  ) {}

  open(context: CompletionContext, taskId?: string): ReplySink | undefined {
    if (taskId === undefined) return undefined;
    return {
      write: (event) => this.write(context, event),
      end: (end) => this.end(context, end),
    };
  }

  private write(context: CompletionContext, event: CompletionEvent): void {
    if (event.type === 'message') return this.notifier.send(context, event.event);
    const data = completionData(event);
    if (data) this.notifier.completion(context, data);
  }

  private async end(context: CompletionContext, { state, content, error }: ReplyEnd): Promise<void> {
    if (error !== undefined) this.notifier.error(context, error);
    if (state !== 'complete') return this.notifier.cancel(context);
    this.notifier.completion(context, { done: true, content, title: await this.titleOf(context) });
  }

  private async titleOf({ principal, place }: CompletionContext): Promise<string | null> {
    const chat = place ? await this.chats.findOwned(principal.id, place.chatId) : null;
    return chat?.title ?? null;
  }
}

/** The data of `chat:completion`; undefined for events without any. */
function completionData(event: CompletionEvent): JsonObject | undefined {
  switch (event.type) {
    case 'sources':
      return { sources: event.sources };
    case 'answer':
      return event.body;
    case 'chunk':
      return event.chunk;
    case 'content':
      return { content: event.content };
    case 'usage':
      return { usage: event.usage };
    case 'error':
      // Clients fail on an error that is not an object.
      return { error: typeof event.error === 'string' ? { message: event.error } : event.error };
    default:
      return undefined;
  }
}
