import { ApiProperty } from '@nestjs/swagger';
import { IsArray, IsObject, IsOptional, IsString } from 'class-validator';
import { IsLaxBoolean, KeepUnknownKeys } from '../../../common/validation/fields';
import { withoutUnknownConnections } from '../connection-base';
import type { OllamaSettings } from './ollama.settings';

export class OllamaConfigRequest {
  /** False hides the models of all servers; null leaves it unchanged. */
  @IsOptional()
  @IsLaxBoolean()
  ENABLE_OLLAMA_API?: boolean | null;

  /** One per server: `http://localhost:11434`. */
  @IsArray()
  @IsString({ each: true })
  OLLAMA_BASE_URLS: string[];

  /**
   * Options by the server's index (as a string): `enable`, `key`, `prefix_id`, `model_ids`, `tags`, `connection_type`.
   * Those of unknown servers are dropped.
   */
  @IsObject()
  OLLAMA_API_CONFIGS: Record<string, unknown>;
}

export class OllamaConfigResponse {
  /** False hides the models of all servers. */
  ENABLE_OLLAMA_API: boolean;
  /** One per server. */
  OLLAMA_BASE_URLS: string[];
  /** Options by the server's index (as a string). */
  OLLAMA_API_CONFIGS: Record<string, unknown>;
}

/** A server to test before it is saved. */
export class OllamaVerifyRequest {
  /** Base URL: `http://localhost:11434`. */
  @IsString()
  url: string;

  /** Sent as a bearer token. */
  @IsOptional()
  @IsString()
  key?: string | null;
}

export class OllamaStatusResponse {
  /** Always true. */
  status: boolean;
}

export class OllamaVersionResponse {
  /** The lowest of several servers; false when the API is off. */
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'boolean', enum: [false] }] })
  version: string | false;
}

/** Names a model, by either key; other keys are passed to Ollama. */
@KeepUnknownKeys()
export class OllamaModelRequest {
  /** With the prefix of its server. */
  @IsOptional()
  @IsString()
  model?: string | null;

  /** The older name of `model`. */
  @IsOptional()
  @IsString()
  name?: string | null;

  [key: string]: unknown;
}

/** Names a model; other keys are passed to Ollama. */
@KeepUnknownKeys()
export class OllamaPushRequest extends OllamaModelRequest {
  /** Allows connections to the library without TLS. */
  @IsOptional()
  @IsLaxBoolean()
  insecure?: boolean | null;

  /** False: a single response at the end. */
  @IsOptional()
  @IsLaxBoolean()
  stream?: boolean | null;
}

/** The body of Ollama's `POST /api/create`. */
@KeepUnknownKeys()
export class OllamaCreateRequest {
  /** Name of the new model. */
  @IsOptional()
  @IsString()
  model?: string | null;

  /** False: a single response at the end. */
  @IsOptional()
  @IsLaxBoolean()
  stream?: boolean | null;

  /** Path of a Modelfile on the server. */
  @IsOptional()
  @IsString()
  path?: string | null;

  [key: string]: unknown;
}

export class OllamaDownloadRequest {
  /** Starts with `https://huggingface.co/` or `https://github.com/`. */
  @IsString()
  url: string;
}

export class OllamaCopyRequest {
  @IsString()
  source: string;

  @IsString()
  destination: string;
}

/** A model with the properties that its server reports. */
export class OllamaModelResponse {
  /** With the prefix of its servers. */
  model: string;
  /** Indexes of the servers that have it. */
  urls: number[];

  [key: string]: unknown;
}

export class OllamaModelsResponse {
  models: OllamaModelResponse[];
}

export class OllamaOpenAiListResponse {
  /** `{id, object, created, owned_by}` each. */
  data: Record<string, unknown>[];
  object: string;
}

export const toOllamaConfigResponse = (settings: OllamaSettings): OllamaConfigResponse => ({
  ENABLE_OLLAMA_API: settings.is_enabled,
  OLLAMA_BASE_URLS: settings.base_urls,
  OLLAMA_API_CONFIGS: settings.configs,
});

/** Converts a request to settings. */
export function toOllamaSettings(request: OllamaConfigRequest): Partial<OllamaSettings> {
  const { ENABLE_OLLAMA_API: isEnabled, OLLAMA_BASE_URLS: urls, OLLAMA_API_CONFIGS: configs } = request;
  return {
    ...(typeof isEnabled === 'boolean' && { is_enabled: isEnabled }),
    base_urls: urls.map((url) => url.trim()),
    configs: withoutUnknownConnections(configs, urls),
  };
}
