import { IsArray, IsBoolean, IsInt, IsObject, IsString, IsUrl, Min } from 'class-validator';
import { Env, EnvAs, Secret, SettingsSection, StoredAt } from '../../platform/settings/decorators';

const LOCAL_URL = 'http://localhost:11434';

/** Base URLs separated by `;`. An older variable names the API below the server: `http://host:11434/api`. */
const readBaseUrls = (text: string): string[] =>
  text.split(';').map(
    (url) =>
      url
        .trim()
        .replace(/\/+$/, '')
        .replace(/\/api$/, '') || LOCAL_URL,
  );

/** Addresses separated by `;`, of each its origin. */
const readOrigins = (text: string): string[] =>
  text.split(';').map((address) => (URL.canParse(address.trim()) ? new URL(address.trim()).origin : address));

/** The Ollama servers: two lists in parallel, as the contract's configuration has them. */
@SettingsSection('ollama')
export class OllamaSettings {
  /** False hides all their models. */
  @Env('ENABLE_OLLAMA_API')
  @StoredAt('ollama.enable')
  @IsBoolean()
  is_enabled = true;

  /** One server each: `http://localhost:11434`. */
  @EnvAs(readBaseUrls, 'OLLAMA_BASE_URLS', 'OLLAMA_BASE_URL', 'OLLAMA_API_BASE_URL')
  @StoredAt('ollama.base_urls')
  @IsArray()
  @IsString({ each: true })
  base_urls: string[] = [LOCAL_URL];

  /** Origins beside Hugging Face and GitHub that model files may be downloaded from; those of an own network, too. */
  @EnvAs(readOrigins, 'OLLAMA_MODEL_SOURCES')
  @IsArray()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] }, { each: true })
  model_sources: string[] = [];

  /** Largest model file that is uploaded or downloaded, in megabytes. */
  @Env('OLLAMA_MODEL_FILE_MAX_MB')
  @IsInt()
  @Min(1)
  max_model_file_mb = 102_400;

  /** Options by the server's index as text. A secret because of `key`. */
  @Env('OLLAMA_API_CONFIGS')
  @StoredAt('ollama.api_configs')
  @IsObject()
  @Secret('key', 'headers')
  configs: Record<string, unknown> = {};
}
