import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { isJsonObject, type JsonObject } from '../../common/util/json';
import { ChatImagesService } from './chat-images.service';
import { ChatRecordsService } from './chat-records.service';
import { toChatColumns, type ChatResponse } from './chats.dto';
import { ForeignChatError } from './foreign-chat.error';
import { SharedChatsService } from './shared-chats.service';

/** New chats of the caller that begin as copies of others. */
@Injectable()
export class ChatClonesService {
  constructor(
    private readonly records: ChatRecordsService,
    private readonly shared: SharedChatsService,
    private readonly images: ChatImagesService,
  ) {}

  /** With the tags, the pin and the folder of the chat. @throws ForeignChatError for a chat that is not the caller's. */
  async clone(caller: Principal, id: string, title?: string | null): Promise<ChatResponse> {
    const source = await this.records.findOwned(caller.id, id);
    if (!source) throw new ForeignChatError();
    return this.records.add(caller.id, copyOf(source, title ?? undefined), toChatColumns(source));
  }

  /** Without the tags, the pin and the folder of whoever shared it. @throws ForeignChatError for what is not shared. */
  async cloneShared(caller: Principal, id: string): Promise<ChatResponse> {
    const source = await this.shared.find(caller, id);
    if (!source) throw new ForeignChatError();
    const chat = await this.images.copyTo(caller, source.chat);
    return this.records.add(caller.id, copyOf({ ...source, chat }));
  }
}

function copyOf({ id, title, chat }: ChatResponse, newTitle = `Clone of ${title}`): JsonObject {
  const currentId = isJsonObject(chat.history) ? (chat.history.currentId ?? null) : null;
  return { ...chat, originalChatId: id, branchPointMessageId: currentId, title: newTitle };
}
