import { IsArray, IsBoolean, IsObject, IsString } from 'class-validator';
import { Env, EnvAs, Secret, SettingsSection, StoredAt } from '../../platform/settings/decorators';

const OPENAI_URL = 'https://api.openai.com/v1';

const parts = (text: string): string[] => text.split(';').map((part) => part.trim());

/** Base URLs separated by `;`. An empty part, and no text at all, mean OpenAI itself. */
const readBaseUrls = (text: string): string[] => parts(text).map((url) => url.replace(/\/+$/, '') || OPENAI_URL);

/** The OpenAI-compatible connections: three lists in parallel, as the contract's configuration has them. */
@SettingsSection('openai')
export class OpenAiSettings {
  /** False hides all their models and calls none of them. */
  @StoredAt('openai.enable')
  @Env('ENABLE_OPENAI_API')
  @IsBoolean()
  is_enabled = true;

  /** One connection each, up to and including the version: `http://localhost:8000/v1`. */
  @StoredAt('openai.api_base_urls')
  @EnvAs(readBaseUrls, 'OPENAI_API_BASE_URLS', 'OPENAI_API_BASE_URL')
  @IsArray()
  @IsString({ each: true })
  base_urls: string[] = [OPENAI_URL];

  /** The key of the connection at the same place; empty for none. */
  @StoredAt('openai.api_keys')
  @EnvAs(parts, 'OPENAI_API_KEYS', 'OPENAI_API_KEY')
  @IsArray()
  @IsString({ each: true })
  @Secret()
  keys: string[] = [''];

  /** Options by the connection's index as text. A secret because its `headers` may hold credentials. */
  @StoredAt('openai.api_configs')
  @Env('OPENAI_API_CONFIGS')
  @IsObject()
  @Secret('key', 'headers')
  configs: Record<string, unknown> = {};
}
