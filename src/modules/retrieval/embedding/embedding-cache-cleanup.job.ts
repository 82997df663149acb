import { Injectable } from '@nestjs/common';
import { nowSeconds } from '../../../common/util/time';
import { JobHandler } from '../../../platform/jobs/job-kind';
import { EmbeddingsRepository } from './embeddings.repository';
import { EmbeddingSettings } from './embedding.settings';

const CLEANUP = { name: 'retrieval.clean-embedding-cache', schedule: '17 4 * * *' };
const DAY = 24 * 60 * 60;
/** Rows per statement, so that none holds many locks for long. */
const BATCH = 5000;

/** Deletes cached vectors that no document used for some days; those of documents are stored with their chunks. */
@Injectable()
export class EmbeddingCacheCleanupJob {
  constructor(
    private readonly settings: EmbeddingSettings,
    private readonly embeddings: EmbeddingsRepository,
  ) {}

  @JobHandler(CLEANUP)
  async run(): Promise<void> {
    const before = nowSeconds() - this.settings.cache_days * DAY;
    while ((await this.embeddings.deleteCachedBefore(before, BATCH)) === BATCH);
  }
}
