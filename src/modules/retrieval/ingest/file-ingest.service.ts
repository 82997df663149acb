import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Semaphore } from '../../../common/util/semaphore';
import { FileContentsService } from '../../files/file-contents.service';
import { FileProcessingService, type ProcessedText } from '../../files/file-processing.service';
import type { ProcessingMode } from '../../files/files.jobs';
import type { StoredFile } from '../../files/files.types';
import type { ExtractedPart } from '../extraction/extraction.types';
import { ExtractionSettings } from '../extraction/extraction.settings';
import { ExtractionService } from '../extraction/extraction.service';
import { DocumentIndexService } from '../index/document-index.service';
import { SearchSettings } from '../search/search.settings';
import { SplittingService } from '../splitting/splitting.service';
import { nonEmpty, withMetadata } from './chunk-streams';
import { UnsupportedTypeError } from './ingest.errors';
import { ProgressReporter } from './progress-reporter';
import { TextCollector } from './text-collector';

/** Bytes of a file whose text may need much memory: such files are processed one by one, beside smaller ones. */
const LARGE = 16 * 1024 * 1024;

interface Collected {
  parts: readonly ExtractedPart[];
  /** Characters of the text. */
  length: number;
  found: ProcessedText;
}

/** A failure after the text was found: the text is stored all the same. */
export class IndexingError extends Error {
  constructor(
    readonly reason: unknown,
    readonly found: ProcessedText,
  ) {
    super('The text could not be indexed', { cause: reason });
  }
}

/** Takes a file from its bytes to searchable chunks. Repeating it, also after a crash at any point, doubles nothing. */
@Injectable()
export class FileIngestService {
  private readonly large = new Semaphore(1);

  constructor(
    private readonly contents: FileContentsService,
    private readonly processing: FileProcessingService,
    private readonly extraction: ExtractionService,
    private readonly splitting: SplittingService,
    private readonly index: DocumentIndexService,
    private readonly settings: SearchSettings,
    private readonly extractionSettings: ExtractionSettings,
  ) {}

  /** @throws IndexingError, and what the extraction throws; the reason of the signal. */
  process(file: StoredFile, mode: ProcessingMode, signal: AbortSignal): Promise<void> {
    const work = () => this.processNow(file, mode, signal);
    return (file.size ?? 0) > LARGE ? this.large.run(work) : work();
  }

  private async processNow(file: StoredFile, mode: ProcessingMode, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const overtaken = new AbortController();
    const progress = new ProgressReporter(async (state) => {
      if (!(await this.processing.report(file.id, state, file.revision)))
        overtaken.abort(new Error('The processing was requested again'));
    });
    const until = AbortSignal.any([signal, overtaken.signal]);
    const isExtracted = mode === 'blob' && file.hasBlob;
    const collected = isExtracted ? await this.extract(file, progress, until) : await this.readStored(file);
    const { found } = collected;
    const isIndexed = !this.settings.bypass_embedding_and_retrieval;
    if (isIndexed) await this.write(file, collected, progress, until);
    else await this.index.remove({ fileIds: [file.id] });
    until.throwIfAborted();
    await this.processing.complete(file.id, { ...found, isIndexed }, file.revision);
  }

  private async extract(file: StoredFile, progress: ProgressReporter, signal: AbortSignal): Promise<Collected> {
    const { filename: name, contentType, size, id } = file;
    if (isUnsupported(contentType, this.extractionSettings)) throw new UnsupportedTypeError(contentType ?? '');
    const open = () => this.contents.open(id);
    const input = { name, contentType, size: size ?? 0, storedName: `${id}_${name}`, open };
    const collector = new TextCollector();
    await progress.report('extracting', 0, null);
    for await (const part of this.extraction.extract(input, signal)) {
      signal.throwIfAborted();
      collector.add(part);
      const total = part.metadata.total_pages;
      await progress.report('extracting', collector.parts.length, typeof total === 'number' ? total : null);
    }
    return { parts: collector.parts, length: collector.length, found: collector.finish() };
  }

  /** Line breaks that an editor of the client sent as `<br/>` are breaks in chunks, and stay as they are in the text. */
  private async readStored({ id }: StoredFile): Promise<Collected> {
    const text = (await this.contents.textOf([id])).get(id) ?? '';
    const hash = createHash('sha256').update(text).digest('hex');
    const parts = [{ text: text.replaceAll('<br/>', '\n'), metadata: {} }];
    return { parts, length: text.length, found: { text, hash } };
  }

  private async write(
    file: StoredFile,
    { parts, length: total, found }: Collected,
    progress: ProgressReporter,
    signal: AbortSignal,
  ): Promise<void> {
    const { id: fileId, filename: name, userId: created_by } = file;
    const { hash } = found;
    const metadata = { name, created_by, file_id: fileId, source: name, hash };
    let length = 0;
    const split = nonEmpty(this.splitting.split(parts, signal));
    const chunks = withMetadata(split, metadata, (chunk) => (length += chunk.text.length));
    // How many chunks there will be is known once all are made.
    const estimate = (done: number) => Math.max(done, Math.round((done * total) / Math.max(1, length)));
    try {
      await this.index.write({ fileId }, { name, hash, metadata }, chunks, {
        signal,
        onProgress: (done) => progress.report('indexing', done, estimate(done)),
      });
    } catch (error) {
      signal.throwIfAborted();
      throw new IndexingError(error, found);
    }
  }
}

/** Images and videos have no text that is extracted here; the external engine takes every type. */
const isUnsupported = (type: string | null, { content_extraction_engine: engine }: ExtractionSettings): boolean =>
  engine !== 'external' && /^(?:image|video)\//i.test(type ?? '');
