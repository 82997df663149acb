import { Injectable } from '@nestjs/common';
import { RealtimeService } from '../../platform/realtime/realtime.service';
import type { MessageEvent } from '../pipeline/message-event';

@Injectable()
export class ChatsNotifier {
  constructor(private readonly realtime: RealtimeService) {}

  /** Sends the event to all sockets of the chat's owner, whichever user caused it. */
  messageEvent(ownerId: string, chatId: string, messageId: string, event: MessageEvent): void {
    this.realtime.toUser(ownerId, 'events', { chat_id: chatId, message_id: messageId, data: event });
  }
}
