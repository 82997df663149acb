import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { asString, isJsonObject, type JsonObject } from '../../common/util/json';
import { AttachmentSource, type AttachedText } from '../retrieval/chat/attachment.source';
import { ChatsRepository } from './chats.repository';
import { ChatsService } from './chats.service';
import { ChatsSettings } from './chats.settings';
import type { ChatMessageJson } from './history/message-row';

/** A chat as an attachment of another one: the branch that it shows. */
@Injectable()
@AttachmentSource()
export class ChatAttachmentsService implements AttachmentSource {
  readonly type = 'chat';

  constructor(
    private readonly chats: ChatsRepository,
    private readonly messages: ChatsService,
    private readonly settings: ChatsSettings,
  ) {}

  async load(principal: Principal, { id }: JsonObject): Promise<AttachedText | null> {
    const chat = typeof id === 'string' ? await this.chats.find(id) : null;
    const mayReadAll = isAdmin(principal) && this.settings.enable_admin_chat_access;
    if (!chat || (chat.userId !== principal.id && !mayReadAll) || chat.currentId === null) return null;
    const branch = await this.messages.branch(chat.id, chat.currentId);
    const text = branch.map(toMarkdown).join('');
    return text === '' ? null : { text, metadata: { file_id: chat.id, name: chat.title } };
  }
}

function toMarkdown({ role, content }: ChatMessageJson): string {
  const name = asString(role) ?? '';
  return `#### ${name.charAt(0).toUpperCase()}${name.slice(1)}\n${textOf(content)}\n`;
}

function textOf(content: unknown): string {
  if (!Array.isArray(content)) return asString(content) ?? '';
  return content.map((part: unknown) => (isJsonObject(part) ? (asString(part.text) ?? '') : '')).join('');
}
