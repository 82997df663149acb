import { Injectable } from '@nestjs/common';
import { ownedBy } from '../../common/auth/owned-by';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { AccessProhibitedError, NotFoundError } from '../../common/errors/app-error';
import type { JsonObject } from '../../common/util/json';
import type { ChatSummary } from './chat.entity';
import { ChatRecordsService } from './chat-records.service';
import type { ChatResponse } from './chats.dto';
import type { MessageEvent } from '../pipeline/message-event';
import { ChatsNotifier } from './chats.notifier';
import { ChatsRepository } from './chats.repository';
import { ChatsSettings } from './chats.settings';
import { ChatMessagesService } from './history/chat-messages.service';
import { effectOf, type EventEffect } from './history/message-events';
import { ChatImagesService } from './images/chat-images.service';

/** Writes to single messages over HTTP, by their owner or an administrator; notifies the owner's sockets. */
@Injectable()
export class MessageEventsService {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly records: ChatRecordsService,
    private readonly messages: ChatMessagesService,
    private readonly images: ChatImagesService,
    private readonly notifier: ChatsNotifier,
    private readonly settings: ChatsSettings,
  ) {}

  /**
   * Replaces the text of a message and makes it `history.currentId`.
   * @throws AccessProhibitedError for an unknown chat or one that the principal may not write to; NotFoundError for an
   * unknown message.
   */
  async edit(principal: Principal, chatId: string, messageId: string, content: string): Promise<ChatResponse> {
    const chat = await this.getWritable(principal, chatId);
    const patch = await this.images.moveOutOfMessage(chatId, { content });
    const isKnown = await this.messages.update(chatId, messageId, () => patch, { moveCurrent: true });
    if (!isKnown) throw new NotFoundError();
    const data = { chat_id: chatId, message_id: messageId, content };
    this.notifier.messageEvent(chat.userId, chatId, messageId, { type: 'chat:message', data });
    return this.records.getAny(chatId);
  }

  /**
   * Forwards an event to the owner's sockets and stores its effect, if the type has one and the message exists. Returns
   * false when the chat cannot store messages.
   * @throws AccessProhibitedError as `edit`.
   */
  async emit(
    principal: Principal,
    chatId: string,
    messageId: string,
    event: Required<MessageEvent<JsonObject>>,
  ): Promise<boolean> {
    const chat = await this.getWritable(principal, chatId);
    const isStored = effectOf(event.type, event.data) !== null;
    const moved = isStored ? await this.images.moveOutOfMessage(chatId, event.data) : event.data;
    const effect = effectOf(event.type, moved);
    const data = effect ? await this.store(chatId, messageId, moved, effect) : moved;
    this.notifier.messageEvent(chat.userId, chatId, messageId, { type: event.type, data });
    return chat.isTree || effect === null;
  }

  /** Returns the data to send: attachments are sent as the whole stored list. */
  private async store(chatId: string, messageId: string, data: JsonObject, effect: EventEffect): Promise<JsonObject> {
    let sent = data;
    const change: EventEffect['change'] = (message) => {
      const keys = effect.change(message);
      if (effect.list && keys[effect.list]) sent = { ...data, [effect.list]: keys[effect.list] };
      return keys;
    };
    await this.messages.update(chatId, messageId, change, { moveCurrent: effect.movesCurrent });
    return sent;
  }

  private async getWritable(principal: Principal, chatId: string): Promise<ChatSummary> {
    return ownedBy(principal, await this.chats.findSummary(chatId), {
      isExempt: isAdmin(principal) && this.settings.enable_admin_chat_access,
      refusal: () => new AccessProhibitedError(),
    });
  }
}
