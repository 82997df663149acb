import { Injectable } from '@nestjs/common';
import { JobHandler } from '../jobs/job-kind';
import { AuditLogService } from './audit-log.service';
import { AuditRepository } from './audit.repository';
import { AuditSettings } from './audit.settings';

const AUDIT_RETENTION = { name: 'audit.forget', schedule: '53 3 * * *' };
const BATCH = 10_000;
const DAY_MS = 86_400_000;

/** Deletes entries older than the retention, and records their number in the log. */
@Injectable()
export class AuditRetentionJob {
  constructor(
    private readonly entries: AuditRepository,
    private readonly log: AuditLogService,
    private readonly settings: AuditSettings,
  ) {}

  @JobHandler(AUDIT_RETENTION)
  async run(): Promise<void> {
    const { retention_days: days } = this.settings;
    if (days === 0) return;
    const before = Date.now() - days * DAY_MS;
    let deleted = 0;
    for (let count = BATCH; count === BATCH; deleted += count) count = await this.entries.deleteBefore(before, BATCH);
    if (deleted > 0) this.log.recordOwn('FORGET audit_entry', { entries: deleted, before: before / 1000 });
  }
}
