import { IsBoolean, IsInt, Min } from 'class-validator';
import { Env, SettingsSection, StoredAt } from '../../platform/settings/decorators';

/** How replies are generated and shown. */
@SettingsSection('completions')
export class CompletionsSettings {
  /** Every how many deltas of a stream the text so far is sent to the browser. */
  @Env('CHAT_RESPONSE_STREAM_DELTA_CHUNK_SIZE') @IsInt() @Min(1) delta_chunk_size = 1;

  /** Replies that one user may have running at once on one node; more are refused with 429. */
  @Env('MAX_RUNNING_REPLIES_PER_USER') @IsInt() @Min(1) max_running_per_user = 2000;
}

/** Models that run in the browser of their user. */
@SettingsSection('direct')
export class DirectConnectionsSettings {
  /** Users may chat with models that their browser talks to. */
  @StoredAt('direct.enable')
  @Env('ENABLE_DIRECT_CONNECTIONS')
  @IsBoolean()
  enable = false;
}
