import { IsArray, IsBoolean, IsInt, IsObject, IsString, IsUrl, Min } from 'class-validator';
import { Env, EnvAs, Secret, SettingsSection, StoredAt } from '../../../platform/settings/decorators';
import { httpUrls } from '../../../platform/settings/env-parsers';

const LOCAL_URL = 'http://localhost:11434';
/** The default while neither the environment nor an administrator configures a server. */
const ASSUMED_URLS = [LOCAL_URL];

/** Base URLs separated by `;`. The older variable names the API path: `http://host:11434/api`. */
const readBaseUrls = httpUrls(LOCAL_URL, (url) => url.replace(/(?<!\/)\/+$/, '').replace(/\/api$/, ''));

/** URLs separated by `;`, reduced to their origins. */
const readOrigins = (text: string): string[] =>
  text.split(';').map((address) => (URL.canParse(address.trim()) ? new URL(address.trim()).origin : address));

/** Older clients store options by the URL of the server. */
const serverOf = ({ base_urls: urls }: { base_urls: string[] }, [place = '']: readonly string[]): string =>
  urls[Number(place)] ?? place;

/** The Ollama servers: two parallel lists, as in the contract's configuration. */
@SettingsSection('ollama')
export class OllamaSettings {
  /** False hides all their models. */
  @Env('ENABLE_OLLAMA_API')
  @StoredAt('ollama.enable')
  @IsBoolean()
  is_enabled = true;

  /** One per server: `http://localhost:11434`. */
  @EnvAs(readBaseUrls, 'OLLAMA_BASE_URLS', 'OLLAMA_BASE_URL', 'OLLAMA_API_BASE_URL')
  @StoredAt('ollama.base_urls')
  @IsArray()
  @IsString({ each: true })
  base_urls: string[] = ASSUMED_URLS;

  /**
   * Further origins (besides Hugging Face and GitHub) that model files may be downloaded from; private networks are
   * allowed.
   */
  @EnvAs(readOrigins, 'OLLAMA_MODEL_SOURCES')
  @IsArray()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] }, { each: true })
  model_sources: string[] = [];

  /** Largest model file that is uploaded or downloaded, in megabytes. */
  @Env('OLLAMA_MODEL_FILE_MAX_MB')
  @IsInt()
  @Min(1)
  max_model_file_mb = 102_400;

  /** Options by the server's index (as a string). A secret because of `key`. */
  @Env('OLLAMA_API_CONFIGS')
  @StoredAt('ollama.api_configs')
  @IsObject()
  @Secret({ within: ['key', 'headers'], sentTo: serverOf })
  configs: Record<string, unknown> = {};
}

/** True while the only server is the default one, which may not exist. */
export const isServerAssumed = ({ base_urls: urls }: Pick<OllamaSettings, 'base_urls'>): boolean =>
  urls === ASSUMED_URLS;
