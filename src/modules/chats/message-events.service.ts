import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { AccessProhibitedError, NotFoundError } from '../../common/errors/app-error';
import type { JsonObject } from '../../common/util/json';
import { ChatImagesService } from './chat-images.service';
import { ChatMessagesService } from './chat-messages.service';
import { ChatRecordsService } from './chat-records.service';
import type { ChatResponse } from './chats.dto';
import { ChatsNotifier, type MessageEvent } from './chats.notifier';
import { ChatsRepository } from './chats.repository';
import { ChatsSettings } from './chats.settings';
import type { ChatSummary } from './chats.types';
import { effectOf, type EventEffect } from './history/message-events';

/** Single messages, written to by their owner or an administrator over HTTP; the owner's tabs are told. */
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
   * Replaces the text of a message, and makes it the one on display.
   * @throws AccessProhibitedError for a chat that the caller may not write to or that does not exist, NotFoundError for
   * an unknown message.
   */
  async edit(caller: Principal, chatId: string, messageId: string, content: string): Promise<ChatResponse> {
    const chat = await this.getWritable(caller, chatId);
    const patch = await this.images.moveOutOfMessage(chatId, { content });
    const isKnown = await this.messages.update(chatId, messageId, () => patch, { moveCurrent: true });
    if (!isKnown) throw new NotFoundError();
    const data = { chat_id: chatId, message_id: messageId, content };
    this.notifier.messageEvent(chat.userId, chatId, messageId, { type: 'chat:message', data });
    return this.records.getAny(chatId);
  }

  /**
   * Passes an event on to the owner's tabs and stores what it says, if it is of a kind that is stored and the message is
   * known. False when the chat has no place for messages.
   * @throws AccessProhibitedError as `edit`.
   */
  async emit(caller: Principal, chatId: string, messageId: string, event: MessageEvent): Promise<boolean> {
    const chat = await this.getWritable(caller, chatId);
    const isStored = effectOf(event.type, event.data) !== null;
    const moved = isStored ? await this.images.moveOutOfMessage(chatId, event.data) : event.data;
    const effect = effectOf(event.type, moved);
    const data = effect ? await this.store(chatId, messageId, moved, effect) : moved;
    this.notifier.messageEvent(chat.userId, chatId, messageId, { type: event.type, data });
    return chat.isTree || effect === null;
  }

  /** What the event tells then: attachments are told as the whole list, as it is stored. */
  private async store(chatId: string, messageId: string, data: JsonObject, effect: EventEffect): Promise<JsonObject> {
    let told = data;
    const change: EventEffect['change'] = (message) => {
      const keys = effect.change(message);
      if (effect.list && keys[effect.list]) told = { ...data, [effect.list]: keys[effect.list] };
      return keys;
    };
    await this.messages.update(chatId, messageId, change, { moveCurrent: effect.movesCurrent });
    return told;
  }

  private async getWritable(caller: Principal, chatId: string): Promise<ChatSummary> {
    const chat = await this.chats.findSummary(chatId);
    const mayWrite = chat?.userId === caller.id || (isAdmin(caller) && this.settings.enable_admin_chat_access);
    if (!chat || !mayWrite) throw new AccessProhibitedError();
    return chat;
  }
}
