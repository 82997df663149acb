import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { BadRequestError, PayloadTooLargeError } from '../../../common/errors/app-error';
import { isJsonObject, storable, type JsonObject } from '../../../common/util/json';
import { nowNanoseconds } from '../../../common/util/time';
import { assertJsonLength } from '../../../common/validation/json-length';
import { MAX_CONTENT } from '../../../common/validation/lengths';
import { Transaction } from '../../../platform/database/transaction';
import { NotesRepository } from '../notes.repository';
import { documentOf, isUpdate, mergeUpdates } from './document';
import { DocumentsRepository, type DocumentSize } from './documents.repository';

/** Bytes of a document. */
const MAX_DOCUMENT = 2_000_000;
/** Updates that are stored one by one; more are merged. */
const MAX_UPDATES = 100;
/** Longest time in milliseconds between an update and the save of the text that came with it. */
const SAVE_DELAY = 500;

/**
 * The shared documents of notes. Each update is a row before other editors get it, so a document is lost neither with its
 * last editor nor with the process, and every node reads the same. Does not check access.
 */
@Injectable()
export class DocumentsService implements OnApplicationShutdown {
  private readonly logger = new Logger(DocumentsService.name);
  /** Texts to save, by note. */
  private readonly unsaved = new Map<string, { content: JsonObject; timer: NodeJS.Timeout }>();

  constructor(
    private readonly documents: DocumentsRepository,
    private readonly notes: NotesRepository,
    private readonly transaction: Transaction,
  ) {}

  /**
   * The document as one update; initially made from the stored content. `[0, 0]` when neither exists: the first editor
   * creates the document. @throws PayloadTooLargeError.
   */
  async state(noteId: string): Promise<Uint8Array> {
    const rows = await this.documents.find(noteId);
    if (rows.length === 0) return (await this.seed(noteId)) ?? mergeUpdates([]);
    if (rows.length > MAX_UPDATES) return this.compact(noteId);
    return mergeUpdates(rows.map(({ content }) => content));
  }

  /** @throws BadRequestError for bytes that are no update; PayloadTooLargeError. */
  async append(noteId: string, update: Uint8Array): Promise<void> {
    if (!isUpdate(update)) throw new BadRequestError();
    const isFull = ({ bytes }: DocumentSize) => bytes + update.byteLength > MAX_DOCUMENT;
    let size = await this.documents.sizeOf(noteId);
    if (size.updates >= MAX_UPDATES || isFull(size))
      size = { updates: 1, bytes: (await this.compact(noteId)).byteLength };
    if (isFull(size)) throw new PayloadTooLargeError();
    await this.documents.append(noteId, update);
  }

  /** Merges the stored updates into one, and returns it; those that are added meanwhile remain. */
  private compact(noteId: string): Promise<Uint8Array> {
    return this.transaction.run(async () => {
      await this.notes.lock(noteId);
      const rows = await this.documents.find(noteId);
      const merged = mergeUpdates(rows.map(({ content }) => content));
      await this.documents.delete(rows.map(({ id }) => id));
      await this.documents.append(noteId, merged);
      return merged;
    });
  }

  /** The next editor starts from the stored text. */
  async reset(noteId: string): Promise<void> {
    await this.documents.deleteAll(noteId);
  }

  /** Saves the latest rendering of the text soon. */
  saveLater(noteId: string, content: JsonObject): void {
    const waiting = this.unsaved.get(noteId);
    const timer = waiting?.timer ?? setTimeout(() => void this.flush(noteId), SAVE_DELAY);
    this.unsaved.set(noteId, { content, timer });
  }

  /** Saves what waits: when an editor leaves. */
  async flush(noteId: string): Promise<void> {
    const waiting = this.unsaved.get(noteId);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.unsaved.delete(noteId);
    await this.save(noteId, waiting.content).catch((error: unknown) => {
      this.logger.error({ err: error }, 'Cannot save the text of a note; its document is stored');
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.unsaved.keys()].map((noteId) => this.flush(noteId)));
  }

  /** One of several concurrent first editors starts the document. */
  private seed(noteId: string): Promise<Uint8Array | null> {
    return this.transaction.run(async () => {
      const note = await this.notes.lock(noteId);
      const rows = await this.documents.find(noteId);
      if (rows.length > 0) return mergeUpdates(rows.map(({ content }) => content));
      const content = note?.data?.content;
      const document = documentOf(isJsonObject(content) ? content.json : null);
      if (!document) return null;
      if (document.byteLength > MAX_DOCUMENT) throw new PayloadTooLargeError();
      await this.documents.append(noteId, document);
      return document;
    });
  }

  private save(noteId: string, content: JsonObject): Promise<void> {
    return this.transaction.run(async () => {
      const note = await this.notes.lock(noteId);
      if (!note) return;
      const data = storable({ ...note.data, content });
      assertJsonLength(data, MAX_CONTENT);
      await this.notes.update(noteId, { data, updatedAt: nowNanoseconds() });
    });
  }
}
