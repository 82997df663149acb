import { Global, Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module';
import { SettingsModule } from '../settings/settings.module';
import { AuditEntry } from './audit-entry.entity';
import { AuditController } from './audit.controller';
import { AuditLogService } from './audit-log.service';
import { AuditRepository } from './audit.repository';
import { AuditSettings } from './audit.settings';
import { AuditRetentionJob } from './audit-retention.job';
import { Audit1764000310000 } from './migrations/1764000310000-audit';
import { AuditRetention1764010200000 } from './migrations/1764010200000-audit-retention';

/** The audit log (docs/adr/0019-audit-log.md). */
@Global()
@Module({
  imports: [
    DatabaseModule.forFeature({
      entities: [AuditEntry],
      migrations: [Audit1764000310000, AuditRetention1764010200000],
    }),
    SettingsModule.forFeature([AuditSettings]),
  ],
  controllers: [AuditController],
  providers: [AuditRepository, AuditLogService, AuditRetentionJob],
  exports: [AuditLogService],
})
export class AuditModule {}
