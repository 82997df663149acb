import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Transaction } from '../../../platform/database/transaction';
import { ChatsService } from '../../chats/chats.service';
import { isTemporary } from '../completion-request';
import { CompletionTasksRepository, type AbandonedTask } from './completion-tasks.repository';
import { CompletionsNotifier } from './completions.notifier';

/** Milliseconds between two checks. A node counts as dead after two. */
const INTERVAL = 5_000;

const INTERRUPTED = 'The reply was interrupted: the server stopped while it was being written.';

/**
 * Ends the replies of dead processes: the stored text remains, the message is marked as incomplete, and the user's
 * sockets on other nodes get the error. Runs immediately at start-up, so that chats are usable after a restart; later
 * only tasks found by two consecutive checks are ended, since a node may lose its database connection for a moment.
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
    private readonly notifier: CompletionsNotifier,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.end(await this.abandoned());
    this.timer = setInterval(() => void this.check(), INTERVAL).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Ends the tasks that the previous check found abandoned, too. */
  async check(): Promise<void> {
    const found = await this.abandoned();
    await this.end(found.filter((id) => this.suspects.has(id)));
    this.suspects = new Set(found);
  }

  private async abandoned(): Promise<string[]> {
    try {
      return await this.tasks.findAbandonedIds();
    } catch (error) {
      this.logger.error({ err: error }, 'Query for interrupted replies failed');
      return [];
    }
  }

  private async end(ids: readonly string[]): Promise<void> {
    for (const id of ids)
      try {
        const task = await this.transaction.run(() => this.mark(id));
        if (task) this.announce(task);
      } catch (error) {
        this.logger.error({ err: error }, 'Interrupted reply could not be marked');
      }
  }

  /**
   * Marks and deletes in one transaction: exactly one node does it, and a crash loses nothing. Null when there is
   * nothing to announce.
   */
  private async mark(id: string): Promise<AbandonedTask | null> {
    const task = await this.tasks.takeAbandoned(id);
    // Temporary chats are not stored: their tasks never write.
    if (!task?.isWriting) return task && isTemporary(task.chatId) ? task : null;
    const { chatId, messageId } = task;
    const message = await this.chats.findMessage(chatId, messageId);
    if (message?.done === true) return null;
    if (message) await this.chats.patchMessage(chatId, messageId, { done: true, error: { content: INTERRUPTED } });
    return task;
  }

  /** As for a failed reply: clients show the error and stop waiting. */
  private announce(task: AbandonedTask): void {
    this.notifier.error(task, INTERRUPTED);
    this.notifier.cancel(task);
  }
}
