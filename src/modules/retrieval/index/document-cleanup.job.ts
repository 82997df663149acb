import { Injectable } from '@nestjs/common';
import { JobHandler } from '../../../platform/jobs/job-kind';
import { DocumentsRepository } from './documents.repository';

const CLEANUP = { name: 'retrieval.clean-documents', schedule: '*/15 * * * *' };

/** Deletes expired documents, and those that a process left unfinished when it died. */
@Injectable()
export class DocumentCleanupJob {
  constructor(private readonly documents: DocumentsRepository) {}

  @JobHandler(CLEANUP)
  async run(): Promise<void> {
    await this.documents.deleteRemains();
  }
}
