import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction';
import { ChatsService } from '../chats/chats.service';
import { CompletionTasksRepository } from './completion-tasks.repository';

/** Milliseconds between two looks for tasks of dead nodes. */
const INTERVAL = 30_000;

/**
 * Ends the replies of processes that died: the text that was stored stays, and the message says that it is incomplete.
 * At the start at once, so that chats are usable after a restart; later only what two looks in a row find, since a node
 * may have lost its connection for a moment.
 */
@Injectable()
export class InterruptedRepliesService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(InterruptedRepliesService.name);
  private suspects = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly tasks: CompletionTasksRepository,
    private readonly chats: ChatsService,
    private readonly transaction: Transaction,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.end(await this.abandoned());
    this.timer = setInterval(() => void this.look(), INTERVAL).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    const found = await this.abandoned();
    await this.end(found.filter((id) => this.suspects.has(id)));
    this.suspects = new Set(found);
  }

  private async abandoned(): Promise<string[]> {
    try {
      return await this.tasks.findAbandonedIds();
    } catch (error) {
      this.logger.error({ err: error }, 'Interrupted replies could not be looked for');
      return [];
    }
  }

  private async end(ids: readonly string[]): Promise<void> {
    for (const id of ids)
      await this.transaction
        .run(() => this.mark(id))
        .catch((error: unknown) => this.logger.error({ err: error }, 'An interrupted reply could not be marked'));
  }

  /** Marks and forgets in one transaction: nobody else marks it, and no crash loses it. */
  private async mark(id: string): Promise<void> {
    const task = await this.tasks.takeAbandoned(id);
    if (!task?.isWriting) return;
    const { chatId, messageId } = task;
    const message = await this.chats.findMessage(chatId, messageId);
    if (!message || message.done === true) return;
    const error = { content: 'The reply was interrupted: the server stopped while it was being written.' };
    await this.chats.patchMessage(chatId, messageId, { done: true, error });
  }
}
