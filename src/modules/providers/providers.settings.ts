import { IsBoolean, IsInt, IsNumber, Min } from 'class-validator';
import { Env, EnvAs, SettingsSection, StoredAt } from '../../platform/settings/decorators';
import { limit } from '../../platform/settings/env-parsers';

/** Timeouts, caches and accounting of all provider calls. */
@SettingsSection('providers')
export class ProvidersSettings {
  /** Seconds for a whole completion, including its stream; 0 for no limit. */
  @EnvAs(limit, 'AIOHTTP_CLIENT_TIMEOUT')
  @IsNumber()
  @Min(0)
  timeout = 0;

  /** Seconds of silence within a call, before the response and between its parts; 0 for no limit. */
  @EnvAs(limit, 'PROVIDER_IDLE_TIMEOUT')
  @IsNumber()
  @Min(0)
  idle_timeout = 600;

  /** Seconds for the model list of one connection; 0 for no limit. */
  @EnvAs(limit, 'AIOHTTP_CLIENT_TIMEOUT_MODEL_LIST', 'AIOHTTP_CLIENT_TIMEOUT_OPENAI_MODEL_LIST')
  @IsNumber()
  @Min(0)
  model_list_timeout = 10;

  /** Seconds after which a model list is refreshed in the background; 0: only when a client requests a fresh one. */
  @EnvAs(limit, 'MODELS_CACHE_TTL')
  @IsNumber()
  @Min(0)
  model_list_ttl = 1;

  /** Fetch model lists only at start-up and when a client requests fresh ones. */
  @StoredAt('models.base_models_cache')
  @Env('ENABLE_BASE_MODELS_CACHE')
  @IsBoolean()
  is_model_list_kept = false;

  /**
   * Send the user's name, id, e-mail address and role, and the chat's id, with completions, in `X-OpenWebUI-*` headers.
   */
  @Env('ENABLE_FORWARD_USER_INFO_HEADERS')
  @IsBoolean()
  forwards_user_info = false;

  /** Largest line of a stream in bytes, longer ones are dropped; 0 for no limit. */
  @EnvAs(limit, 'CHAT_STREAM_RESPONSE_CHUNK_MAX_BUFFER_SIZE')
  @IsNumber()
  @Min(0)
  max_stream_line = 0;

  /**
   * Administrators may call any other path of the first OpenAI-compatible connection, below `/openai/`, with its key.
   */
  @Env('ENABLE_OPENAI_API_PASSTHROUGH')
  @IsBoolean()
  is_openai_passed_through = false;

  /** Request token usage of streamed replies, which most providers send only then; clients receive it too. */
  @Env('ENABLE_STREAM_USAGE')
  @IsBoolean()
  asks_for_usage = false;

  /** Days for which speech of `/openai/audio/speech` is cached; 0: without limit. */
  @Env('SPEECH_CACHE_DAYS')
  @IsInt()
  @Min(0)
  speech_cache_days = 30;

  /** Days after which usage records are deleted; 0: never. */
  @Env('USAGE_RETENTION_DAYS')
  @IsInt()
  @Min(0)
  usage_retention_days = 0;
}
