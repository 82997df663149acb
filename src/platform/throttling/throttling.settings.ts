import { IsInt, Min } from 'class-validator';
import { Env, SettingsSection } from '../settings/decorators';

@SettingsSection('throttling')
export class ThrottlingSettings {
  /** Requests per minute per account, or per network address for anonymous requests; 0 for no limit. */
  @Env('REQUEST_LIMIT_PER_MINUTE')
  @IsInt()
  @Min(0)
  requests_per_minute = 120_000;

  /** Requests per minute per network address, over all accounts and including refused ones; 0 for no limit. */
  @Env('REQUEST_LIMIT_PER_MINUTE_OF_ADDRESS')
  @IsInt()
  @Min(0)
  address_requests_per_minute = 600_000;

  /** Concurrent requests per account and node; 0 for no limit. */
  @Env('CONCURRENT_REQUEST_LIMIT')
  @IsInt()
  @Min(0)
  concurrent_requests = 1000;

  /** Concurrent completions and other requests that wait for a model, per account and node; 0 for no limit. */
  @Env('CONCURRENT_COMPLETION_LIMIT')
  @IsInt()
  @Min(0)
  concurrent_completions = 1000;
}
