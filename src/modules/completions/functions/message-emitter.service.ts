import { Injectable, Logger } from '@nestjs/common';
import { isJsonObject } from '../../../common/util/json';
import { MessageEventsService } from '../../chats/message-events.service';
import type { CompletionContext } from '../../pipeline/completion-context';
import type { StepEvent } from '../../pipeline/completion-event';
import { CompletionsNotifier } from '../reply/completions.notifier';

/** Events of code that runs outside of a reply: outlets of filters, and actions. */
@Injectable()
export class MessageEmitterService {
  private readonly logger = new Logger(MessageEmitterService.name);

  constructor(
    private readonly messages: MessageEventsService,
    private readonly notifier: CompletionsNotifier,
  ) {}

  /** Runs `work` with events: in order, each stored before it is sent. Resolves when the last one was sent. */
  async during<T>(context: CompletionContext, work: () => Promise<T>): Promise<T> {
    context.emit = (event) => {
      context.sent = context.sent.then(() => this.send(context, event));
    };
    try {
      return await work();
    } finally {
      context.emit = () => undefined;
      await context.sent;
    }
  }

  private async send(context: CompletionContext, event: StepEvent): Promise<void> {
    if (event.type !== 'message') return;
    const { type, data } = event.event;
    const { principal, place } = context;
    try {
      if (place && isJsonObject(data))
        await this.messages.emit(principal, place.chatId, place.messageId, { type, data });
      else this.notifier.send(context, event.event);
    } catch (error) {
      this.logger.warn(`An event could not be sent: ${String(error)}`);
    }
  }
}
