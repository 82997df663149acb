import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobsService } from '../../platform/jobs/jobs.service';
import { ProvidersSettings } from './providers.settings';
import { UsageRecordsRepository } from './usage-records.repository';

const FORGET_USAGE = { name: 'providers.forget-usage' };
const DAILY = '41 3 * * *';
const DAY = 24 * 60 * 60 * 1000;
/** Rows of one statement: none holds many locks for long. */
const BATCH = 10_000;

/** Deletes accounts of calls that are older than the settings want. */
@Injectable()
export class ForgetUsageJob implements OnModuleInit {
  constructor(
    private readonly jobs: JobsService,
    private readonly settings: ProvidersSettings,
    private readonly records: UsageRecordsRepository,
  ) {}

  onModuleInit(): void {
    this.jobs.handle(FORGET_USAGE, () => this.run(), DAILY);
  }

  async run(): Promise<void> {
    const days = this.settings.usage_retention_days;
    if (days === 0) return;
    const first = new Date(Date.now() - days * DAY).toISOString().slice(0, 10);
    while ((await this.records.deleteBefore(first, BATCH)) === BATCH);
  }
}
