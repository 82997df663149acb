import { IsArray, IsObject, IsOptional, IsString } from 'class-validator';
import { IsLaxBoolean } from '../../../common/validation/fields';
import { withoutUnknownConnections } from '../connection-base';
import type { OpenAiSettings } from './openai.settings';

export class OpenAiConfigRequest {
  /** False hides the models of all connections; null leaves it unchanged. */
  @IsOptional()
  @IsLaxBoolean()
  ENABLE_OPENAI_API?: boolean | null;

  /** One per connection: `http://localhost:8000/v1`. */
  @IsArray()
  @IsString({ each: true })
  OPENAI_API_BASE_URLS: string[];

  /** Keys in the order of the URLs; missing ones are empty, surplus ones dropped. */
  @IsArray()
  @IsString({ each: true })
  OPENAI_API_KEYS: string[];

  /**
   * Options by the connection's index (as a string): `enable`, `prefix_id`, `model_ids`, `tags`, `connection_type`
   * (`external`, `local`), `auth_type` (`bearer`, `none`, `session`, `system_oauth`, `azure_ad`), `headers`, `azure`,
   * `api_version`. Those of unknown connections are dropped.
   */
  @IsObject()
  OPENAI_API_CONFIGS: Record<string, unknown>;
}

export class OpenAiConfigResponse {
  /** False hides the models of all connections. */
  ENABLE_OPENAI_API: boolean;
  /** One per connection. */
  OPENAI_API_BASE_URLS: string[];
  /** Keys in the order of the URLs. */
  OPENAI_API_KEYS: string[];
  /** Options by the connection's index (as a string). */
  OPENAI_API_CONFIGS: Record<string, unknown>;
}

/** A connection to test before it is saved. */
export class OpenAiVerifyRequest {
  /** Base URL: `http://localhost:8000/v1`. */
  @IsString()
  url: string;

  /** May be empty. */
  @IsString()
  key: string;

  /** Options as in `OPENAI_API_CONFIGS`. */
  @IsOptional()
  @IsObject()
  config?: Record<string, unknown> | null;
}

export const toOpenAiConfigResponse = (settings: OpenAiSettings): OpenAiConfigResponse => ({
  ENABLE_OPENAI_API: settings.is_enabled,
  OPENAI_API_BASE_URLS: settings.base_urls,
  OPENAI_API_KEYS: settings.keys,
  OPENAI_API_CONFIGS: settings.configs,
});

/** Converts a request to settings; the lists get equal lengths. */
export function toOpenAiSettings(request: OpenAiConfigRequest): Partial<OpenAiSettings> {
  const { ENABLE_OPENAI_API: isEnabled, OPENAI_API_BASE_URLS: urls, OPENAI_API_CONFIGS: configs } = request;
  return {
    ...(typeof isEnabled === 'boolean' && { is_enabled: isEnabled }),
    base_urls: urls.map((url) => url.trim()),
    keys: urls.map((_, index) => (request.OPENAI_API_KEYS[index] ?? '').trim()),
    configs: withoutUnknownConnections(configs, urls),
  };
}
