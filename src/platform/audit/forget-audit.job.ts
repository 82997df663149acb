import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobsService } from '../jobs/jobs.service';
import { AuditLogService } from './audit-log.service';
import { AuditRepository } from './audit.repository';
import { AuditSettings } from './audit.settings';

const FORGET_AUDIT = { name: 'audit.forget' };
const NIGHTLY = '53 3 * * *';
const BATCH = 10_000;
const DAY_MS = 86_400_000;

/** Deletes entries that are older than the installation keeps them, and enters that it did. */
@Injectable()
export class ForgetAuditJob implements OnModuleInit {
  constructor(
    private readonly jobs: JobsService,
    private readonly entries: AuditRepository,
    private readonly log: AuditLogService,
    private readonly settings: AuditSettings,
  ) {}

  onModuleInit(): void {
    this.jobs.handle(FORGET_AUDIT, () => this.run(), NIGHTLY);
  }

  async run(): Promise<void> {
    const { retention_days: days } = this.settings;
    if (days === 0) return;
    const before = Date.now() - days * DAY_MS;
    let forgotten = 0;
    for (let count = BATCH; count === BATCH; forgotten += count) count = await this.entries.deleteBefore(before, BATCH);
    if (forgotten > 0) this.log.recordOwn('FORGET audit_entry', { entries: forgotten, before: before / 1000 });
  }
}
