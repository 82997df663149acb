import { Injectable } from '@nestjs/common';
import { NotFoundError, UnavailableError } from '../../common/errors/app-error';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import { ClusterBus } from '../../platform/events/cluster-bus';
import { JobsService } from '../../platform/jobs/jobs.service';
import { FILE_STATUS, FileStatusService } from './file-status.service';
import { ProcessFile, type ProcessingMode } from './files.jobs';
import { FilesErrors } from './files.errors';
import { FilesRepository } from './files.repository';
import { collectionNameOf, type FileProgress, type StoredFile } from './files.types';

/** The text that a job has found, and its digest. */
export interface ProcessedText {
  /** As a whole, or in pieces: a long text is never in memory twice. */
  text: string | readonly string[];
  /** Hexadecimal SHA-256 of the text. */
  hash: string;
  /** True for text extracted from the stored bytes, which replaces text edited by a client. */
  isExtracted?: boolean;
}

export interface ProcessingResult extends ProcessedText {
  /** False when the text was stored without being indexed. */
  isIndexed: boolean;
}

/**
 * The status of the processing of files. It is requested here, and done by the handler of `ProcessFile`, which reports
 * here. Each request has a revision, by which a job that was overtaken is told from the current one: its reports change
 * nothing and return false, and it should stop.
 */
@Injectable()
export class FileProcessingService {
  constructor(
    private readonly files: FilesRepository,
    private readonly status: FileStatusService,
    private readonly jobs: JobsService,
    private readonly cluster: ClusterBus,
    private readonly transaction: Transaction,
  ) {}

  /**
   * Requests that a file is processed, again or for the first time: it becomes `pending`, and a job is enqueued in the
   * same transaction.
   * @param text replaces the stored text, which is then indexed as it is (mode `text`).
   * @returns the revision of the request.
   * @throws NotFoundError
   */
  restart(fileId: string, mode: ProcessingMode = 'blob', text?: string): Promise<number> {
    return this.transaction.run(async () => {
      const file = await this.files.lock(fileId);
      if (!file) throw new NotFoundError();
      const revision = file.revision + 1;
      await this.files.update(fileId, { status: 'pending', error: null, progress: null, revision });
      if (text !== undefined) await this.files.saveText(fileId, text, true);
      await this.jobs.enqueue(ProcessFile, { fileId, userId: file.userId, mode, revision });
      await this.cluster.publish(FILE_STATUS, fileId);
      return revision;
    });
  }

  /** As `restart`, of the bytes; of the text where a client has edited it, or there are no bytes. */
  async refresh(fileId: string): Promise<number> {
    return this.restart(fileId, (await this.files.isExtractable(fileId)) ? 'blob' : 'text');
  }

  /** Ends the processing of a pending file, which becomes `failed`. @returns false for a file that is not pending. */
  cancel(fileId: string): Promise<boolean> {
    return this.transaction.run(async () => {
      const file = await this.files.lock(fileId);
      if (file?.status !== 'pending') return false;
      const change = { status: 'failed', error: FilesErrors.cancelled, progress: null } as const;
      await this.files.update(fileId, { ...change, revision: file.revision + 1 });
      await this.jobs.cancel(ProcessFile, [fileId]);
      await this.cluster.publish(FILE_STATUS, fileId);
      return true;
    });
  }

  /** The first request, in the transaction that inserts the row of a pending file. */
  start({ id, userId, revision }: StoredFile): Promise<void> {
    return this.jobs.enqueue(ProcessFile, { fileId: id, userId, mode: 'blob', revision });
  }

  /** Call it about once a second: clients are told each time. */
  async report(fileId: string, progress: FileProgress, revision?: number): Promise<boolean> {
    return this.change(fileId, { progress }, revision);
  }

  /** Joins the running transaction: clients hear of it after the commit. */
  complete(fileId: string, { isIndexed, ...found }: ProcessingResult, revision?: number): Promise<boolean> {
    return this.transaction.run(async () => {
      const file = await this.files.lock(fileId);
      if (!file) return false;
      const { collection_name: _, ...meta } = file.meta;
      const change: Partial<StoredFile> = {
        ...{ error: null, progress: null, hash: found.hash, updatedAt: nowSeconds() },
        status: 'completed',
        meta: isIndexed ? { ...meta, collection_name: collectionNameOf(fileId) } : meta,
      };
      return (await this.change(fileId, change, revision)) && this.store(fileId, found);
    });
  }

  /** @param found the text, if it was found before the failure. */
  fail(fileId: string, error: string, found?: ProcessedText, revision?: number): Promise<boolean> {
    return this.transaction.run(async () => {
      const change = { status: 'failed', error, progress: null, ...(found && { hash: found.hash }) } as const;
      if (!(await this.change(fileId, change, revision))) return false;
      return found ? this.store(fileId, found) : true;
    });
  }

  /**
   * The file once it is no longer pending.
   * @throws NotFoundError when it is deleted meanwhile; the reason of the signal.
   */
  async whenDone(fileId: string, signal: AbortSignal): Promise<StoredFile> {
    for await (const file of this.status.states(fileId, signal)) {
      if (!file) throw new NotFoundError();
      if (file.status !== 'pending') return file;
    }
    throw signal.aborted ? signal.reason : new UnavailableError('The server is stopping');
  }

  /** As `whenDone`, but null when that takes longer than `patience` (milliseconds). */
  async settled(fileId: string, client: AbortSignal, patience: number): Promise<StoredFile | null> {
    const timeout = AbortSignal.timeout(patience);
    try {
      return await this.whenDone(fileId, AbortSignal.any([client, timeout]));
    } catch (error) {
      if (timeout.aborted && !client.aborted) return null;
      throw error;
    }
  }

  private async store(fileId: string, { text, isExtracted }: ProcessedText): Promise<boolean> {
    await this.files.saveText(fileId, text, isExtracted ? false : undefined);
    return true;
  }

  private async change(fileId: string, change: Partial<StoredFile>, revision?: number): Promise<boolean> {
    const isCurrent = await this.files.update(fileId, change, revision);
    if (isCurrent) await this.cluster.publish(FILE_STATUS, fileId);
    return isCurrent;
  }
}
