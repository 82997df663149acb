import { Injectable } from '@nestjs/common';
import { JobHandler } from '../../../platform/jobs/job-kind';
import { ProvidersSettings } from '../providers.settings';
import { UsageRecordsRepository } from './usage-records.repository';

const USAGE_RETENTION = { name: 'providers.forget-usage', schedule: '41 3 * * *' };
const DAY = 24 * 60 * 60 * 1000;
/** Rows per statement, so that none holds many locks for long. */
const BATCH = 10_000;

/** Deletes usage records older than the retention. */
@Injectable()
export class UsageRetentionJob {
  constructor(
    private readonly settings: ProvidersSettings,
    private readonly records: UsageRecordsRepository,
  ) {}

  @JobHandler(USAGE_RETENTION)
  async run(): Promise<void> {
    const days = this.settings.usage_retention_days;
    if (days === 0) return;
    const first = new Date(Date.now() - days * DAY).toISOString().slice(0, 10);
    while ((await this.records.deleteBefore(first, BATCH)) === BATCH);
  }
}
