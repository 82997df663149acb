import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { OnEvent } from '../../../platform/events/event-bus';
import { JobHandler, OnJobFailed, PermanentJobError, type JobContext } from '../../../platform/jobs/job-kind';
import { JobsService } from '../../../platform/jobs/jobs.service';
import { FileContentsService } from '../../files/file-contents.service';
import { FileProcessingService } from '../../files/file-processing.service';
import { AllFilesDeleted, FilesDeleted } from '../../files/files.events';
import { ProcessFile, type ProcessFilePayload } from '../../files/files.jobs';
import { DocumentIndexService } from '../index/document-index.service';
import { FileIngestService, IndexingError } from './file-ingest.service';
import { IngestDetail, isPermanent, shownMessage } from './ingest.errors';
import { IngestSettings } from './ingest.settings';

/** Processes files in the background. What will fail again fails at once, with its reason; the rest is retried. */
@Injectable()
export class ProcessFileJob implements OnModuleInit {
  private readonly logger = new Logger(ProcessFileJob.name);

  constructor(
    private readonly jobs: JobsService,
    private readonly contents: FileContentsService,
    private readonly processing: FileProcessingService,
    private readonly ingest: FileIngestService,
    private readonly index: DocumentIndexService,
    private readonly settings: IngestSettings,
  ) {}

  onModuleInit(): void {
    this.jobs.setConcurrency(ProcessFile, () => this.settings.ingest_concurrency);
  }

  @JobHandler(ProcessFile)
  async run({ fileId, mode, revision }: ProcessFilePayload, { signal, isLastAttempt }: JobContext): Promise<void> {
    const file = await this.contents.find(fileId);
    if (!file || file.revision !== revision || file.status !== 'pending') return;
    try {
      await this.ingest.process(file, mode, signal);
    } catch (error) {
      signal.throwIfAborted();
      const { reason, found } = error instanceof IndexingError ? error : { reason: error, found: undefined };
      if (!isLastAttempt && !isPermanent(reason)) throw reason;
      const message = shownMessage(reason);
      if (message === null) this.logger.error({ err: reason, fileId }, 'A file could not be processed');
      await this.processing.fail(fileId, message ?? IngestDetail.unexpected, found, revision);
    }
  }

  /** Only after crashes: `run` stores every other failure itself. */
  @OnJobFailed(ProcessFile)
  async onInterrupted({ fileId, revision }: ProcessFilePayload, error: unknown): Promise<void> {
    const message = error instanceof PermanentJobError ? IngestDetail.interrupted : IngestDetail.unexpected;
    await this.processing.fail(fileId, message, undefined, revision);
  }

  @OnEvent(FilesDeleted)
  async onFilesDeleted({ ids }: FilesDeleted): Promise<void> {
    await this.jobs.cancel(ProcessFile, ids);
  }

  /** Texts and web pages leave with the files (contract). */
  @OnEvent(AllFilesDeleted)
  async onAllFilesDeleted(): Promise<void> {
    await this.index.removeAll();
  }
}
