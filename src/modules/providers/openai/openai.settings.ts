import { IsArray, IsBoolean, IsObject, IsString } from 'class-validator';
import { Env, EnvAs, Secret, SettingsSection, StoredAt } from '../../../platform/settings/decorators';
import { httpUrls } from '../../../platform/settings/env-parsers';

const OPENAI_URL = 'https://api.openai.com/v1';

const parts = (text: string): string[] => text.split(';').map((part) => part.trim());

/** Base URLs separated by `;`. An empty part, or an empty string, means OpenAI itself. */
const readBaseUrls = httpUrls(OPENAI_URL, (url) => url.replace(/(?<!\/)\/+$/, ''));

/** Older clients store options by the URL of the connection. */
const serverOf = ({ base_urls: urls }: { base_urls: string[] }, [place = '']: readonly string[]): string =>
  urls[Number(place)] ?? place;

/** The OpenAI-compatible connections: three parallel lists, as in the contract's configuration. */
@SettingsSection('openai')
export class OpenAiSettings {
  /** False hides all their models and disables calls. */
  @StoredAt('openai.enable')
  @Env('ENABLE_OPENAI_API')
  @IsBoolean()
  is_enabled = true;

  /** One per connection, including the version: `http://localhost:8000/v1`. */
  @StoredAt('openai.api_base_urls')
  @EnvAs(readBaseUrls, 'OPENAI_API_BASE_URLS', 'OPENAI_API_BASE_URL')
  @IsArray()
  @IsString({ each: true })
  base_urls: string[] = [OPENAI_URL];

  /** One per connection; empty for none. */
  @StoredAt('openai.api_keys')
  @EnvAs(parts, 'OPENAI_API_KEYS', 'OPENAI_API_KEY')
  @IsArray()
  @IsString({ each: true })
  @Secret({ sentTo: serverOf })
  keys: string[] = [''];

  /** Options by the connection's index (as a string). A secret because `headers` may hold credentials. */
  @StoredAt('openai.api_configs')
  @Env('OPENAI_API_CONFIGS')
  @IsObject()
  @Secret({ within: ['key', 'headers'], sentTo: serverOf })
  configs: Record<string, unknown> = {};
}
