import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../../common/util/json';
import { RealtimeService } from '../../../platform/realtime/realtime.service';
import type { CompletionContext } from '../../pipeline/completion-context';
import type { MessageEvent } from '../../pipeline/message-event';
import { followersRoom } from './stream/reply-address';
import type { ErrorContent } from '../../providers/responses/failures';

/** The address of a message: its user, chat and id. */
export type MessageOfUser =
  Pick<CompletionContext, 'principal' | 'request'> | { userId: string; chatId: string; messageId: string };

/** Sends events of a message to all sockets of its user. */
@Injectable()
export class CompletionsNotifier {
  constructor(private readonly realtime: RealtimeService) {}

  send(message: MessageOfUser, data: MessageEvent): void {
    const { userId, chatId, messageId } = addressOf(message);
    this.realtime.toUser(userId, 'events', { chat_id: chatId, message_id: messageId, data });
  }

  /** As `send`, but not to sockets that follow the reply: they get its numbered events. */
  reply(message: MessageOfUser, data: MessageEvent): void {
    const { userId, chatId, messageId } = addressOf(message);
    const followers = followersRoom({ userId, chatId: chatId ?? '', messageId: messageId ?? '' });
    this.realtime.toUser(userId, 'events', { chat_id: chatId, message_id: messageId, data }, followers);
  }

  completion(message: MessageOfUser, data: JsonObject): void {
    this.send(message, { type: 'chat:completion', data });
  }

  error(message: MessageOfUser, content: ErrorContent): void {
    this.send(message, { type: 'chat:message:error', data: { error: { content } } });
  }

  /** Ends the reply: clients stop waiting for it. */
  cancel(message: MessageOfUser): void {
    this.send(message, { type: 'chat:tasks:cancel' });
  }

  followUps(message: MessageOfUser, questions: string[]): void {
    this.send(message, { type: 'chat:message:follow_ups', data: { follow_ups: questions } });
  }

  title(message: MessageOfUser, title: string): void {
    this.send(message, { type: 'chat:title', data: title });
  }

  tags(message: MessageOfUser, tags: string[]): void {
    this.send(message, { type: 'chat:tags', data: tags });
  }
}

function addressOf(message: MessageOfUser) {
  if ('userId' in message) return message;
  const { chatId = null, messageId = null } = message.request;
  return { userId: message.principal.id, chatId, messageId };
}
