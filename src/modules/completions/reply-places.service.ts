import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { asString, type JsonObject } from '../../common/util/json';
import { ChatsService } from '../chats/chats.service';
import type { ChatSummary } from '../chats/chat.entity';
import type { CompletionContext } from '../pipeline/completion-context';
import { partsOf } from '../providers/responses/reply-parts';

/** Finds the place of a reply in a chat that a request names without a message, as clients of OpenAI's interface do. */
@Injectable()
export class ReplyPlacesService {
  constructor(private readonly chats: ChatsService) {}

  /**
   * The reply becomes a new message under `parentId`, or under the last message of the user, which is stored unless the
   * chat ends with it. Nothing is stored in temporary chats and in those of others.
   */
  async prepare(context: CompletionContext): Promise<void> {
    const { principal, request, place } = context;
    if (place || request.chatId === undefined) return;
    const chat = await this.chats.findOwned(principal.id, request.chatId);
    if (!chat) return;
    const parentId = request.parentId ?? (await this.questionOf(context, chat));
    context.place = { chatId: chat.id, messageId: randomUUID(), parentId };
  }

  private async questionOf(context: CompletionContext, { id, currentId }: ChatSummary): Promise<string | undefined> {
    const current = currentId === null ? null : await this.chats.findMessage(id, currentId);
    const currentMessageId = asString(current?.id);
    const question = context.messages.findLast(({ role }) => role === 'user');
    if (!question || (current?.role === 'user' && current.content === context.question)) return currentMessageId;
    const messageId = randomUUID();
    const parent = currentMessageId === undefined ? {} : { parentId: currentMessageId };
    const message = { ...parent, ...messageOf(context, question) };
    await this.chats.patchMessage(id, messageId, message, { create: true, moveCurrent: true });
    return messageId;
  }
}

/** The user's message as web clients store it. */
function messageOf({ request, question }: CompletionContext, message: JsonObject): JsonObject {
  const images = partsOf(message).images.map((url) => ({ type: 'image', url }));
  const files = [...images, ...(request.files ?? [])];
  return { role: 'user', content: question, models: [request.modelId], ...(files.length > 0 && { files }) };
}
