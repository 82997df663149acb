import { IsInt, Min } from 'class-validator';
import { Env, SettingsSection } from '../settings/decorators';

@SettingsSection('audit')
export class AuditSettings {
  /** Days for which entries of the audit log are kept; 0 for ever. */
  @Env('AUDIT_RETENTION_DAYS')
  @IsInt()
  @Min(0)
  retention_days = 0;
}
