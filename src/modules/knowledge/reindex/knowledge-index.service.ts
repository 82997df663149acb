import { Injectable } from '@nestjs/common';
import { Transaction } from '../../../platform/database/transaction';
import { JobHandler, type JobContext, type JobKind } from '../../../platform/jobs/job-kind';
import { JobsService } from '../../../platform/jobs/jobs.service';
import { FileProcessingService } from '../../files/file-processing.service';
import { ReindexRepository, type ReindexCounts } from './reindex.repository';

/** Requests the processing of the files that are waiting for it. There is one: a new request takes the place of the old. */
export const ReindexKnowledge: JobKind<{ batch: number }> = {
  name: 'knowledge.reindex',
  idOf: () => '4f6f0d9e-54a5-4a3b-9c53-6d1d3c0b7a11',
};

/** Files of one transaction. */
const BATCH = 50;

/**
 * Re-indexes files of knowledge bases with the current settings, from the stored bytes, or from the edited text where a
 * client has edited it. Searches find the old passages until the new ones are complete.
 */
@Injectable()
export class KnowledgeIndexService {
  constructor(
    private readonly reindex: ReindexRepository,
    private readonly processing: FileProcessingService,
    private readonly jobs: JobsService,
    private readonly transaction: Transaction,
  ) {}

  /** Every file of every base, in the background. A request that is still running begins again. */
  async refreshAll(): Promise<true> {
    await this.transaction.run(async () => {
      await this.reindex.begin();
      await this.jobs.enqueue(ReindexKnowledge, { batch: BATCH });
    });
    return true;
  }

  /** Of the last `refreshAll()`. */
  progress(): Promise<ReindexCounts> {
    return this.reindex.count();
  }

  /** @returns the revision of the processing; see `FileProcessingService`. */
  refresh(fileId: string): Promise<number> {
    return this.processing.refresh(fileId);
  }

  /** What it has requested stays requested: a repeated job goes on with the rest. */
  @JobHandler(ReindexKnowledge)
  async requestAll({ batch }: { batch: number }, { signal }: JobContext): Promise<void> {
    for (let count = batch; count === batch;) {
      signal.throwIfAborted();
      count = await this.transaction.run(() => this.requestSome(batch));
    }
  }

  private async requestSome(limit: number): Promise<number> {
    const ids = await this.reindex.takeWaiting(limit);
    for (const id of ids) await this.reindex.setRevision(id, await this.refresh(id));
    return ids.length;
  }
}
