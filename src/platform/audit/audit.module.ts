import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SettingsModule } from '../settings/settings.module';
import { AuditEntry } from './audit-entry.entity';
import { AuditController } from './audit.controller';
import { AuditLogService } from './audit-log.service';
import { AuditRepository } from './audit.repository';
import { AuditSettings } from './audit.settings';
import { ForgetAuditJob } from './forget-audit.job';

/** Who did what (docs/adr/0024-audit-log.md). */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditEntry]), SettingsModule.forFeature([AuditSettings])],
  controllers: [AuditController],
  providers: [AuditRepository, AuditLogService, ForgetAuditJob],
  exports: [AuditLogService],
})
export class AuditModule {}
