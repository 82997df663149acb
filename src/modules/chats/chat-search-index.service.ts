import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import { ChatSearchIndexRepository } from './chat-search-index.repository';
import type { SearchIndex } from './chat-search.repository';
import { ChatsSettings } from './chats.settings';
import { pairsOf } from './search/pairs';
import { searchableText } from './search/searchable-text';

const CHATS_AT_ONCE = 50;
const MESSAGES_AT_ONCE = 200;

/** Seconds without a change after which a chat is read without being asked for: a reply in progress changes often. */
const QUIET = 10;

/**
 * Keeps what the search knows up to date. Writers of messages only mark them, so that a save stays small; the texts are
 * read soon after, and before each search what is left of the chats of the person who searches. The marks are in the
 * rows: a crash loses none. docs/adr/0031-search.md
 */
@Injectable()
export class ChatSearchIndexService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ChatSearchIndexService.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  /** What the index of trigrams can look for; null when there are no indexes. */
  private letters: RegExp | null = null;

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

  /** Which index finds the needle: trigrams take three letters or digits in a row. Null when there is none. */
  indexFor(needle: string): SearchIndex | null {
    return this.letters && (this.letters.test(needle) ? 'trigrams' : 'pairs');
  }

  /** After this, the search knows everything that was stored in the user's chats before. */
  async updateFor(userId: string): Promise<void> {
    while (await this.updateSome({ userId }));
    for (const id of await this.index.findIds(userId)) await this.updateOne(id);
  }

  /** Without an index, searches read all texts of a user. */
  private async prepare(): Promise<void> {
    try {
      if (!(await this.index.hasIndexes())) await this.transaction.run(() => this.index.createIndexes());
      this.letters = (await this.index.knowsAllLetters()) ? /[\p{L}\p{N}]{3}/u : /[a-z0-9]{3}/;
    } catch (error) {
      this.logger.warn(
        { err: error },
        'No index for the search of chats: it takes the extensions pg_trgm and btree_gin',
      );
    }
  }

  private begin(): void {
    this.running = this.running.then(() => this.catchUp());
  }

  private async catchUp(): Promise<void> {
    try {
      while (await this.updateSome({ notAfter: nowSeconds() - QUIET }));
    } catch (error) {
      this.logger.error({ err: error }, 'The search index could not be updated');
    }
  }

  /** True when there may be more. */
  private updateSome(filter: { userId?: string; notAfter?: number }): Promise<boolean> {
    return this.transaction.run(async () => {
      const ids = await this.index.lockSome(CHATS_AT_ONCE, filter);
      if (ids.length > 0) await this.update(ids);
      return ids.length > 0;
    });
  }

  /** Waits for whoever writes to the chat. */
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
