import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { nowSeconds } from '../../../common/util/time';
import { Transaction } from '../../../platform/database/transaction';
import { ChatsSettings } from '../chats.settings';
import { searchableText } from '../history/searchable-text';
import { ChatSearchIndexRepository } from './chat-search-index.repository';
import type { SearchIndex } from './chat-search.repository';
import { pairsOf } from './pairs';

const CHATS_AT_ONCE = 50;
const MESSAGES_AT_ONCE = 200;

/** Seconds without a change before the background update indexes a chat: a running reply changes it often. */
const QUIET_SECONDS = 10;

/**
 * Keeps the search index up to date. Writers only mark messages as not indexed, so that saves stay small; their texts are
 * indexed soon after in the background, and before each search for the user who searches. The marks are in the rows, so
 * a crash loses none. See docs/adr/0023-search.md.
 */
@Injectable()
export class ChatSearchIndexService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ChatSearchIndexService.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  /** Matches needles that the trigram index can find; null without indexes. */
  private trigrams: RegExp | null = null;

  constructor(
    private readonly index: ChatSearchIndexRepository,
    private readonly settings: ChatsSettings,
    private readonly transaction: Transaction,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.prepare();
    const seconds = this.settings.search_index_interval;
    if (seconds === 0) return;
    this.timer = setInterval(() => this.begin(), seconds * 1000).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** The index for a needle: trigrams need three letters or digits in a row. Null without indexes. */
  indexFor(needle: string): SearchIndex | null {
    return this.trigrams && (this.trigrams.test(needle) ? 'trigrams' : 'pairs');
  }

  /** Indexes everything stored in the user's chats before the call. */
  async updateFor(userId: string): Promise<void> {
    while (await this.updateSome({ userId }));
    for (const id of await this.index.findIds(userId)) await this.updateOne(id);
  }

  /** Without indexes, searches scan all texts of a user. */
  private async prepare(): Promise<void> {
    try {
      if (!(await this.index.hasIndexes())) await this.transaction.run(() => this.index.createIndexes());
      this.trigrams = (await this.index.supportsAllLetters()) ? /[\p{L}\p{N}]{3}/u : /[a-z0-9]{3}/;
    } catch (error) {
      this.logger.warn(
        { err: error },
        'Chat search runs without indexes: the extensions pg_trgm and btree_gin are missing',
      );
    }
  }

  private begin(): void {
    this.running = this.running.then(() => this.catchUp());
  }

  private async catchUp(): Promise<void> {
    try {
      while (await this.updateSome({ notAfter: nowSeconds() - QUIET_SECONDS }));
    } catch (error) {
      this.logger.error({ err: error }, 'Failed to update the chat search index');
    }
  }

  /** Returns true when there may be more. */
  private updateSome(filter: { userId?: string; notAfter?: number }): Promise<boolean> {
    return this.transaction.run(async () => {
      const ids = await this.index.lockSome(CHATS_AT_ONCE, filter);
      if (ids.length > 0) await this.update(ids);
      return ids.length > 0;
    });
  }

  /** Waits for transactions that write to the chat. */
  private async updateOne(id: string): Promise<void> {
    const step = () =>
      this.transaction.run(async () => {
        const isPending = await this.index.lock(id);
        if (isPending) await this.update([id]);
        return isPending;
      });
    while (await step());
  }

  private async update(chatIds: readonly string[]): Promise<void> {
    const messages = await this.index.findUnindexed(chatIds, MESSAGES_AT_ONCE);
    const texts = messages.map(({ content, parts, ...message }) => {
      const text = searchableText(content, parts);
      return { ...message, text, pairs: pairsOf(text) };
    });
    if (texts.length > 0) await this.index.write(texts);
    await this.index.markChats(chatIds);
  }
}
