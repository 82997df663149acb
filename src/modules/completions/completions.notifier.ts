import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../common/util/json';
import { RealtimeService } from '../../platform/realtime/realtime.service';
import type { CompletionContext } from './completion-context';
import type { CompletionEvent, MessageEvent } from './completion-event';
import type { ErrorContent } from './error-content';

/** What the tabs of a user learn of a reply: `events` of its message, to all of them. */
@Injectable()
export class CompletionsNotifier {
  constructor(private readonly realtime: RealtimeService) {}

  /** The progress of a reply. */
  progress(context: CompletionContext, event: CompletionEvent): void {
    const data = completionData(event);
    if (data) this.completion(context, data);
    if (event.type === 'custom') this.send(context, event.event);
  }

  completion(context: CompletionContext, data: JsonObject): void {
    this.send(context, { type: 'chat:completion', data });
  }

  done(context: CompletionContext, title: string | null): void {
    this.completion(context, { done: true, content: context.reply.content, title });
  }

  error(context: CompletionContext, content: ErrorContent): void {
    this.send(context, { type: 'chat:message:error', data: { error: { content } } });
  }

  /** The reply ends here: clients stop waiting for it. */
  cancel(context: CompletionContext): void {
    this.send(context, { type: 'chat:tasks:cancel' });
  }

  followUps(context: CompletionContext, questions: string[]): void {
    this.send(context, { type: 'chat:message:follow_ups', data: { follow_ups: questions } });
  }

  title(context: CompletionContext, title: string): void {
    this.send(context, { type: 'chat:title', data: title });
  }

  tags(context: CompletionContext, tags: string[]): void {
    this.send(context, { type: 'chat:tags', data: tags });
  }

  private send({ principal, request }: CompletionContext, data: MessageEvent): void {
    const { chatId = null, messageId = null } = request;
    this.realtime.toUser(principal.id, 'events', { chat_id: chatId, message_id: messageId, data });
  }
}

/** The data of `chat:completion`; undefined for events that clients get no such data of. */
function completionData(event: CompletionEvent): JsonObject | undefined {
  switch (event.type) {
    case 'answer':
      return event.body;
    case 'chunk':
      return event.chunk;
    case 'content':
      return { content: event.content };
    case 'usage':
      return { usage: event.usage };
    case 'error':
      // Clients fail on an error that is no object.
      return { error: typeof event.error === 'string' ? { message: event.error } : event.error };
    case 'opened':
    case 'bytes':
    case 'custom':
      return undefined;
  }
}
