import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { Env, SettingsSection, StoredAt } from '../../platform/settings/decorators';

/** Generation and display of replies. */
@SettingsSection('completions')
export class CompletionsSettings {
  /** Send the text to clients once per this many deltas of a stream. */
  @Env('CHAT_RESPONSE_STREAM_DELTA_CHUNK_SIZE') @IsInt() @Min(1) delta_chunk_size = 1;

  /** Model turns after tool calls in one reply. */
  @Env('CHAT_RESPONSE_MAX_TOOL_CALL_RETRIES') @IsInt() @Min(0) max_tool_turns = 30;

  /** Seconds for a user to respond to a question of a tool, and for a browser to run a tool or code. */
  @Env('WEBSOCKET_EVENT_CALLER_TIMEOUT') @IsInt() @Min(1) @Max(86_400) event_call_timeout = 300;

  /** Replies of one user that may run concurrently on one node; more are refused with 429. */
  @Env('MAX_RUNNING_REPLIES_PER_USER') @IsInt() @Min(1) max_running_per_user = 2000;
}

/** Models that run in the user's browser. */
@SettingsSection('direct')
export class DirectConnectionsSettings {
  /** Allow users to chat with models that their browser calls. */
  @StoredAt('direct.enable')
  @Env('ENABLE_DIRECT_CONNECTIONS')
  @IsBoolean()
  enable = false;
}
