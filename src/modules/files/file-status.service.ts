import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { OnAnnouncement, OnReconnect } from '../../platform/events/cluster-bus';
import { FilesRepository } from './files.repository';
import type { StoredFile } from './files.types';

/** The topic of announcements that a file has another status; the message is its id. */
export const FILE_STATUS = 'file-status';

/** Milliseconds after which the files that clients wait for are read again: an announcement may have been missed. */
const POLL_INTERVAL = 10_000;
/** Milliseconds in which announcements are collected for one query. */
const COLLECT = 25;
const BATCH = 1000;

type Listener = (file: StoredFile | null) => void;

/**
 * Waits for the processing of files. Announcements wake those who wait; one query reads the files of all of them, however
 * many wait, and none of them holds a connection.
 */
@Injectable()
export class FileStatusService implements OnModuleDestroy {
  private readonly logger = new Logger(FileStatusService.name);
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly due = new Set<string>();
  private collecting: NodeJS.Timeout | undefined;
  private polling: NodeJS.Timeout | undefined;
  private isClosing = false;

  constructor(private readonly files: FilesRepository) {}

  /**
   * The file now, then each time it may have changed and every ten seconds; null once it is deleted, which is the last. A
   * slow reader misses states between. Ends with the signal, and when the server stops.
   */
  async *states(id: string, signal: AbortSignal): AsyncGenerator<StoredFile | null> {
    let state: { file: StoredFile | null } | undefined;
    let wake = () => {};
    const listener: Listener = (file) => {
      state = { file };
      wake();
    };
    const onAbort = () => wake();
    signal.addEventListener('abort', onAbort);
    this.listen(id, listener);
    try {
      while (!signal.aborted && !this.isClosing) {
        if (!state) {
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        const { file } = state;
        state = undefined;
        yield file;
        if (!file) return;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.unlisten(id, listener);
    }
  }

  @OnAnnouncement(FILE_STATUS)
  onChange(id: unknown): void {
    if (typeof id === 'string' && this.listeners.has(id)) this.collect(id);
  }

  /** Also the poll. */
  @OnReconnect()
  refresh(): void {
    for (const id of this.listeners.keys()) this.collect(id);
  }

  onModuleDestroy(): void {
    this.isClosing = true;
    clearInterval(this.polling);
    clearTimeout(this.collecting);
    for (const listeners of this.listeners.values()) for (const listener of listeners) listener(null);
  }

  private listen(id: string, listener: Listener): void {
    this.listeners.set(id, (this.listeners.get(id) ?? new Set()).add(listener));
    this.polling ??= setInterval(() => this.refresh(), POLL_INTERVAL).unref();
    this.collect(id);
  }

  private unlisten(id: string, listener: Listener): void {
    const listeners = this.listeners.get(id);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.listeners.delete(id);
    if (this.listeners.size > 0) return;
    clearInterval(this.polling);
    this.polling = undefined;
  }

  private collect(id: string): void {
    this.due.add(id);
    this.collecting ??= setTimeout(() => void this.load(), COLLECT).unref();
  }

  private async load(): Promise<void> {
    this.collecting = undefined;
    const ids = [...this.due];
    this.due.clear();
    try {
      for (let start = 0; start < ids.length; start += BATCH) await this.deliver(ids.slice(start, start + BATCH));
    } catch (error) {
      this.logger.warn({ err: error }, 'Files could not be read; tried again by the next poll');
    }
  }

  private async deliver(ids: readonly string[]): Promise<void> {
    const files = new Map((await this.files.findAll(ids)).map((file) => [file.id, file]));
    for (const id of ids) for (const listener of this.listeners.get(id) ?? []) listener(files.get(id) ?? null);
  }
}
