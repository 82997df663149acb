import { Injectable } from '@nestjs/common';
import { BadRequestError } from '../../../common/errors/app-error';
import { isJsonObject } from '../../../common/util/json';
import { ChatsService } from '../../chats/chats.service';
import { FilesSettings } from '../../files/files.settings';
import type { CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep } from '../../pipeline/completion-step';

/** Items of one request. */
export const MAX_ATTACHMENTS = 1000;

/** Refuses more attachments than a request, and more files than a message, may have. */
@Injectable()
@CompletionStep({ order: 12, phase: 'access' })
export class AttachmentLimitsStep implements CompletionStep {
  constructor(
    private readonly settings: FilesSettings,
    private readonly chats: ChatsService,
  ) {}

  async apply(context: CompletionContext): Promise<void> {
    const items = context.request.files ?? [];
    if (items.length > MAX_ATTACHMENTS)
      throw new BadRequestError(`A request has at most ${MAX_ATTACHMENTS} attachments`);
    const limit = this.settings.file_max_count;
    if (limit === null || filesIn(items) <= limit) return;
    if (await this.isOver(context, limit)) throw new BadRequestError(`A message has at most ${limit} files`);
  }

  /**
   * Clients repeat the files of the whole chat in each request. The stored message tells which are its own; without one,
   * each of the user's messages may have brought as many as the limit.
   */
  private async isOver({ place, request, messages }: CompletionContext, limit: number): Promise<boolean> {
    const { parentId, files = [] } = request;
    const message = place && parentId !== undefined ? await this.chats.findMessage(place.chatId, parentId) : null;
    if (message) return filesIn(message.files) > limit;
    return filesIn(files) > limit * Math.max(1, messages.filter(({ role }) => role === 'user').length);
  }
}

/** Files among attachments: folders, knowledge bases, notes and pages are none. */
const filesIn = (items: unknown): number =>
  Array.isArray(items) ? items.filter((item) => isJsonObject(item) && item.type === 'file').length : 0;
