import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../common/util/json';
import { RealtimeService } from '../../platform/realtime/realtime.service';

/** Something that happened to a message, as clients know it. */
export interface MessageEvent {
  type: string;
  data: JsonObject;
}

/** Tells every tab and device of a user what happens in one of the user's chats. */
@Injectable()
export class ChatsNotifier {
  constructor(private readonly realtime: RealtimeService) {}

  /** To the sockets of the owner of the chat, whoever caused it. */
  messageEvent(ownerId: string, chatId: string, messageId: string, event: MessageEvent): void {
    this.realtime.toUser(ownerId, 'events', { chat_id: chatId, message_id: messageId, data: event });
  }
}
