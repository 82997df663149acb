import { IsBoolean, IsInt, IsNumber, Min } from 'class-validator';
import { Env, EnvAs, SettingsSection, StoredAt } from '../../platform/settings/decorators';

const seconds = (text: string): number => (/^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN);

/** Seconds; an empty value means without end, a wrong one `fallback`. */
const secondsOr = (fallback: number) => (text: string) => {
  if (text.trim() === '') return 0;
  return Number.isNaN(seconds(text)) ? fallback : seconds(text);
};

/** How providers of all kinds are called. */
@SettingsSection('providers')
export class ProvidersSettings {
  /** Seconds for a whole completion, a stream to its end included; 0 for no limit. */
  @EnvAs(secondsOr(300), 'AIOHTTP_CLIENT_TIMEOUT')
  @IsNumber()
  @Min(0)
  timeout = 0;

  /** Seconds for which a provider may be silent within a call, before its answer and between its parts; 0 for no limit. */
  @EnvAs(secondsOr(600), 'PROVIDER_IDLE_TIMEOUT')
  @IsNumber()
  @Min(0)
  idle_timeout = 600;

  /** Seconds for the model list of one connection; 0 for no limit. */
  @EnvAs(secondsOr(10), 'AIOHTTP_CLIENT_TIMEOUT_MODEL_LIST', 'AIOHTTP_CLIENT_TIMEOUT_OPENAI_MODEL_LIST')
  @IsNumber()
  @Min(0)
  model_list_timeout = 10;

  /** Seconds after which a model list is fetched again in the background; 0: only when a client asks for a fresh one. */
  @EnvAs(secondsOr(1), 'MODELS_CACHE_TTL')
  @IsNumber()
  @Min(0)
  model_list_ttl = 1;

  /** Model lists are fetched at start and when a client asks for fresh ones, else never. */
  @StoredAt('models.base_models_cache')
  @Env('ENABLE_BASE_MODELS_CACHE')
  @IsBoolean()
  is_model_list_kept = false;

  /** Completions tell the provider the user's name, id, e-mail address and role, and the chat's id, in `X-OpenWebUI-*` headers. */
  @Env('ENABLE_FORWARD_USER_INFO_HEADERS')
  @IsBoolean()
  forwards_user_info = false;

  /** Bytes of one line of a stream, above which it is left out; 0 for no limit. */
  @EnvAs(secondsOr(0), 'CHAT_STREAM_RESPONSE_CHUNK_MAX_BUFFER_SIZE')
  @IsNumber()
  @Min(0)
  max_stream_line = 0;

  /** Administrators may call any other path of the first OpenAI-compatible connection, below `/openai/`, with its key. */
  @Env('ENABLE_OPENAI_API_PASSTHROUGH')
  @IsBoolean()
  is_openai_passed_through = false;

  /** Providers are asked for the tokens of streamed replies, which most tell only then; clients get them too. */
  @Env('ENABLE_STREAM_USAGE')
  @IsBoolean()
  asks_for_usage = false;

  /** Days for which sounds of `/openai/audio/speech` are kept; 0 keeps them. */
  @Env('SPEECH_CACHE_DAYS')
  @IsInt()
  @Min(0)
  speech_cache_days = 30;

  /** Days after which the accounts of calls are deleted; 0 keeps them. */
  @Env('USAGE_RETENTION_DAYS')
  @IsInt()
  @Min(0)
  usage_retention_days = 0;
}
