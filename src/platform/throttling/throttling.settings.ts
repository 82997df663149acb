import { IsInt, Min } from 'class-validator';
import { Env, SettingsSection } from '../settings/decorators';

@SettingsSection('throttling')
export class ThrottlingSettings {
  /** Requests per minute of one account, or of one network address without an account; 0 for no limit. */
  @Env('REQUEST_LIMIT_PER_MINUTE')
  @IsInt()
  @Min(0)
  requests_per_minute = 120_000;

  /** Requests per minute of one network address, whoever they are from and whether they are admitted; 0 for no limit. */
  @Env('REQUEST_LIMIT_PER_MINUTE_OF_ADDRESS')
  @IsInt()
  @Min(0)
  address_requests_per_minute = 600_000;
}
