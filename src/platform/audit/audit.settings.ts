import { IsInt, Min } from 'class-validator';
import { Env, SettingsSection } from '../settings/decorators';

@SettingsSection('audit')
export class AuditSettings {
  /** Retention of the audit log in days; 0 for no limit. */
  @Env('AUDIT_RETENTION_DAYS')
  @IsInt()
  @Min(0)
  retention_days = 0;
}
