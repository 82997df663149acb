import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { ConflictError } from '../../../common/errors/app-error';
import { storable, type JsonObject } from '../../../common/util/json';
import { timeOrderedId } from '../../../common/util/time-ordered-id';
import { Transaction } from '../../../platform/database/transaction';
import { EmbeddingService, type Embedded, type EmbeddingOptions } from '../embedding/embedding.service';
import type { Chunk } from '../splitting/splitting.types';
import { ChunksRepository, type IndexedChunk, type NewChunk, type StoredChunk } from './chunks.repository';
import type { DocumentScope } from './document-scope';
import {
  DocumentsRepository,
  type DocumentBrief,
  type DocumentPlace,
  type DocumentTotals,
} from './documents.repository';
import { EmbeddingProgressService } from './reembedding/embedding-progress.service';
import { enrichmentOf } from './text/enrichment';
import { LanguageService } from './text/language.service';
import { NO_LANGUAGE } from './text/languages';
import { searchableText, toVectorText } from './text/searchable-text';
import { VectorStoreService } from './vectors/vector-store.service';

/** `add` leaves the other documents of the collection, except for the same text of the same name. */
export type DocumentTarget =
  { fileId: string } | { ownerId: string; collectionName: string; mode: 'add' | 'overwrite'; expiresAt?: number };

export interface DocumentHead {
  /** File name, title or URL. */
  name: string;
  hash: string;
  metadata: JsonObject;
}

export interface WriteOptions {
  signal: AbortSignal;
  /** Chunks that are stored, after each batch. */
  onProgress?: (done: number) => unknown;
  principal?: Principal;
  /**
   * Does not wait for the engine: cached vectors are stored, and a job embeds what has none. Such a write may be part of a
   * transaction; see `embedAhead`.
   */
  isEmbeddedLater?: boolean;
}

/** Chunks, and characters of them, that are in memory and in one statement. */
const BATCH_CHUNKS = 128;
const BATCH_CHARACTERS = 512 * 1024;
const PAGE = 200;

/** Documents and their chunks, with everything that finds them. The code that names a place has authorised it. */
@Injectable()
export class DocumentIndexService {
  constructor(
    private readonly documents: DocumentsRepository,
    private readonly chunks: ChunksRepository,
    private readonly embedding: EmbeddingService,
    private readonly languages: LanguageService,
    private readonly vectors: VectorStoreService,
    private readonly progress: EmbeddingProgressService,
    private readonly transaction: Transaction,
  ) {}

  /**
   * Stores the chunks and then, in one transaction, makes them what is read instead of the former document of that place.
   * A write that fails or dies changes nothing that is read; a repeated one embeds only what the first did not.
   * @throws ModelServerError when a text cannot be embedded; ConflictError when the file was deleted meanwhile.
   */
  async write(
    target: DocumentTarget,
    head: DocumentHead,
    chunks: AsyncIterable<Chunk>,
    options: WriteOptions,
  ): Promise<{ documentId: string; chunkCount: number }> {
    const id = timeOrderedId();
    const expiresAt = 'expiresAt' in target ? (target.expiresAt ?? null) : null;
    const space = this.embedding.space();
    await this.documents.begin(storable({ ...head, id, expiresAt }), placeOf(target));
    try {
      const totals = await this.append(id, head.name, chunks, options);
      options.signal.throwIfAborted();
      await this.documents.delete(await this.publish(id, target, totals));
      // An engine that was configured meanwhile did not see this document.
      if (totals.isIncomplete || space !== this.embedding.space()) await this.progress.start();
      return { documentId: id, chunkCount: totals.chunkCount };
    } catch (error) {
      // What cannot be deleted now is deleted by `DocumentCleanupJob`, once this process has ended.
      await this.documents.deleteUnfinished(id).catch(() => undefined);
      throw error;
    }
  }

  /** Caches the vectors of texts for a later `write`, if there is an engine. @throws as `EmbeddingService.embed` */
  async embedAhead(texts: readonly string[], options: EmbeddingOptions): Promise<void> {
    if (this.embedding.space() === null) return;
    await this.vectors.store();
    await this.embedding.embed(texts, 'content', options);
  }

  /** Deletes the documents of the scope, or those of them with the hash. @returns how many. */
  remove(scope: DocumentScope, { hash }: { hash?: string } = {}): Promise<number> {
    return this.documents.deleteIn(scope, hash);
  }

  /** Deletes every document of every account, and all stored vectors. */
  removeAll(): Promise<void> {
    return this.documents.deleteAll();
  }

  /** Whether the scope has a document, or one with the hash. */
  exists(scope: DocumentScope, { hash }: { hash?: string } = {}): Promise<boolean> {
    return this.documents.existsIn(scope, hash);
  }

  /** The documents of the scope, without their text. */
  list(scope: DocumentScope): Promise<DocumentBrief[]> {
    return this.documents.findIn(scope);
  }

  /** All chunks of the scope, document by document, read in pages. */
  async *chunksOf(scope: DocumentScope): AsyncGenerator<StoredChunk, void> {
    let last: StoredChunk | null = null;
    for (;;) {
      const page: StoredChunk[] = await this.chunks.page(scope, last, PAGE);
      yield* page;
      if (page.length < PAGE) return;
      last = page.at(-1) ?? null;
    }
  }

  /** Makes the document what is read. @returns the documents that it replaces, which are not read any more. */
  private publish(id: string, target: DocumentTarget, totals: DocumentTotals): Promise<string[]> {
    return this.transaction.run(async () => {
      await this.documents.lock(placeOf(target));
      const isWhole = !('mode' in target) || target.mode === 'overwrite';
      const replaced = await this.documents.withdrawOthers(id, placeOf(target), isWhole);
      if (!(await this.documents.finish(id, totals))) throw new ConflictError('The document was deleted meanwhile.');
      return replaced;
    });
  }

  private async append(id: string, name: string, chunks: AsyncIterable<Chunk>, options: WriteOptions) {
    const totals = { chunkCount: 0, termCount: 0, extraCount: 0, languages: [] as string[], isIncomplete: false };
    let language = NO_LANGUAGE;
    for await (const batch of inBatches(chunks)) {
      options.signal.throwIfAborted();
      const prepared: NewChunk[] = [];
      for (const chunk of batch) {
        const next = await this.prepare(name, storable(chunk), language);
        prepared.push(next);
        language = next.language;
        // Telling a language takes about a millisecond.
        await setImmediate();
      }
      const embedded = await this.embed(prepared, options);
      const stored = await this.store(id, totals.chunkCount, prepared, embedded);
      totals.isIncomplete ||= embedded === null && this.embedding.space() !== null;
      totals.chunkCount += stored.length;
      totals.termCount += stored.reduce((sum, { termCount }) => sum + termCount, 0);
      totals.extraCount += stored.reduce((sum, { extraCount }) => sum + extraCount, 0);
      totals.languages = [...new Set([...totals.languages, ...prepared.map((chunk) => chunk.language)])];
      await options.onProgress?.(totals.chunkCount);
    }
    return totals;
  }

  private async prepare(name: string, { text, metadata }: Chunk, fallback: string): Promise<NewChunk> {
    const content = searchableText(text);
    const extra = searchableText(enrichmentOf(name, metadata));
    return {
      ...{ text, metadata, language: await this.languages.configurationOf(text, fallback) },
      ...{ words: content.words, grams: toVectorText(content.grams) },
      ...{ extraWords: extra.words, extraGrams: toVectorText(extra.grams) },
    };
  }

  private async embed(chunks: readonly NewChunk[], options: WriteOptions): Promise<Embedded | null> {
    if (this.embedding.space() === null) return null;
    const { signal, principal } = options;
    const texts = chunks.map(({ text }) => text);
    if (options.isEmbeddedLater) return this.embedding.findCached(texts);
    // Its tables may have to be created, which must not happen in the transaction of the chunks.
    await this.vectors.store();
    return this.embedding.embedIn(texts, 'content', { signal, ...(principal && { principal }) });
  }

  private store(
    id: string,
    firstPosition: number,
    chunks: readonly NewChunk[],
    embedded: Embedded | null,
  ): Promise<IndexedChunk[]> {
    return this.transaction.run(async () => {
      const stored = await this.chunks.insert(id, firstPosition, chunks);
      const vectors = stored.map((chunk, index) => ({
        chunkId: chunk.id,
        vector: embedded?.vectors[index] as Float32Array,
      }));
      if (embedded) await this.vectors.put(embedded.space, id, vectors);
      return stored;
    });
  }
}

const placeOf = (target: DocumentTarget): DocumentPlace =>
  'fileId' in target ? { fileId: target.fileId } : { ownerId: target.ownerId, collectionName: target.collectionName };

async function* inBatches(chunks: AsyncIterable<Chunk>): AsyncGenerator<Chunk[], void> {
  let batch: Chunk[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    batch.push(chunk);
    length += chunk.text.length;
    if (batch.length < BATCH_CHUNKS && length < BATCH_CHARACTERS) continue;
    yield batch;
    batch = [];
    length = 0;
  }
  if (batch.length > 0) yield batch;
}
